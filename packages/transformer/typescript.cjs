"use strict";
// In one statement (`module.exports = require(…)`) it would be a module that hands on the names of another, which Node would then look for.
const typescript = require("typescript");
module.exports = typescript;
