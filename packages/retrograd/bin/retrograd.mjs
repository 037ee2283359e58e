#!/usr/bin/env node
// The bin is a file of its own, not build output, so that package managers can link it before the first build.
import { main } from "../dist/cli.js";

process.exitCode = await main(process.argv.slice(2));
