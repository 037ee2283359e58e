"use strict";
// The entry that TypeScript's language server requires by the name of the package ("main"). It must be CommonJS, and it gets the
// server's own TypeScript.
module.exports = function init({ typescript }) {
  return {
    create(info) {
      try {
        return require("./dist/hosts/tsserver.js").create(typescript, info);
      } catch (error) {
        // An editor whose Node cannot require ES modules goes on without us.
        info.project.projectService.logger.info(`retrograd: the plugin could not be loaded: ${error && error.stack}`);
        return info.languageService;
      }
    },
  };
};
