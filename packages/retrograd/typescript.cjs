"use strict";
// A compiler of our version that runs us has lent us itself (hosts/tsPatch/lend.ts).
const lent = globalThis[Symbol.for("retrograd.typescript")];
// In one statement (`module.exports = require(…)`) it would be a module that hands on the names of another, which Node would then look for.
const typescript = lent ?? require("typescript");
module.exports = typescript;
