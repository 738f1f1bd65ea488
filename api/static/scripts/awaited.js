// The page of an answer that is still being looked for comes again by itself.

const PAUSE_MS = 1500;

setTimeout(() => location.reload(), PAUSE_MS);
