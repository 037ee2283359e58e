/** Text line by line, each with the place in the source it came from. */
export class Writer {
  private readonly text: string[] = [];
  private readonly places: (number | null)[] = [];
  private depth = 0;

  line(text: string, place: number | null): void {
    // Further lines are the user's text, perhaps within a template: they stay as they are.
    text.split("\n").forEach((one, k) => {
      this.text.push(one === "" || k > 0 ? one : "  ".repeat(this.depth) + one);
      this.places.push(place);
    });
  }

  indent(inside: () => void): void {
    this.depth++;
    inside();
    this.depth--;
  }

  finish(): { text: string; lines: readonly (number | null)[] } {
    return { text: this.text.join("\n"), lines: this.places };
  }
}
