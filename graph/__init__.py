"""How data comes in, is checked, kept, matched and published.

The way of the data through the modules:

- **ingest**: `pack` → `mapping` → `tables` → `cells`, `rows`, `references`, `register` → `ingest`
- **check**: `findings`, `trace`, `check` (shapes and questions), `link` (suspected duplicates)
- **infer**: `rules` → `infer`; `reasoner` is the judge
- **publish**: `provenance`, `build`, `snapshot`, `diff`, `history`, `doctor`; `document`, `publication`
- **ask**: `store`, `rdf`, `ask`, `describe`, `listing`, `quality`; lists in `facets`, names that are typed in
  `directory` and `completion`, what stands behind a statement in `backing`; foreign queries in `sandbox` → `worker` →
  `pool`; those that ask other endpoints in `secluded` → `broker` → `federation`
- **write**: a `contribution` from its `forms` → `filled` → `judgement`, and any other `change`, goes through `desk` →
  `writer` → `head`
- **match** (`matching/`): `statements`, `index`, `taxonomy`, `hierarchy`, `places` → `needs`, `concepts` → the signals
  `coverage`, `strength`, `reach`, `readiness`, `role` (each a `criterion`) → `match`, `explain`
- **analyse** (`analysis/`): `facts` → `white_spots`, `specialisation`, `network`, `tasks`, `team`, `scenario`; what
  pages show of them in `glance`, `municipalities`, `board`, `schedule`, `gantt`, `spot`, `drawing`

`model` holds the facts that travel between them, `errors` the family of errors.
"""
