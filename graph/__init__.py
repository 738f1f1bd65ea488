"""How data comes in, is checked, kept, matched and published.

The way of the data through the modules:

- **ingest**: `pack` → `mapping` → `tables` → `cells`, `rows`, `references`, `register` → `ingest`
- **check**: `findings`, `trace`, `check` (shapes and questions), `link` (suspected duplicates)
- **infer**: `rules` → `infer`; `reasoner` is the judge
- **publish**: `provenance`, `build`, `snapshot`, `diff`, `doctor`
- **ask**: `store`, `rdf`, `ask`, `describe`, `listing`, `facets`, `directory`, `history`, `quality`;
  foreign queries in `sandbox` → `worker` → `pool`; those that ask others in `secluded` → `broker` → `federation`
- **contribute**: `forms` (read from the shapes) → `filled` → `judgement` → `contribution`
- **match**: `statements`, `index`, `taxonomy`, `hierarchy`, `places` → `needs`, `concepts` → the signals `coverage`,
  `strength`, `reach`, `readiness`, `role` (each a `criterion`) → `match`, `explain`

`model` holds the facts that travel between them, `errors` the family of errors.
"""
