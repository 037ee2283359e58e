import * as prettier from "prettier";

/** The text in the user's prettier style: the configuration that holds for the file it will be, `.editorconfig` included. */
export async function format(text: string, fileName: string): Promise<string> {
  const config = await prettier.resolveConfig(fileName, { editorconfig: true });
  return prettier.format(text, { ...config, filepath: fileName, parser: "typescript" });
}
