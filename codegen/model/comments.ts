// What the comment of a descriptor says, split into the parts that the CLI and the docs show.
import type { AnyDesc, DescFile } from "@bufbuild/protobuf";
import { getComments } from "@bufbuild/protoplugin";

/** The parts of a comment. Lines of a paragraph are joined, paragraphs are not. */
export interface Comment {
  /** The first paragraph. */
  readonly summary: string;
  /** The other paragraphs, separated by empty lines. */
  readonly description: string;
  /** Lines that began with `$ `, without it. */
  readonly examples: readonly string[];
}

/** The comment that stands above a descriptor, or behind it; empty parts where there is none. */
export function commentOf(desc: Exclude<AnyDesc, DescFile>): Comment {
  const { leading, trailing } = getComments(desc);
  const examples: string[] = [];
  const paragraphs: string[] = [];
  let open = false;
  for (const line of (leading ?? trailing ?? "").split("\n").map((each) => each.trim())) {
    if (line.startsWith("$ ")) examples.push(line.slice(2));
    else if (line !== "") paragraphs.push(open ? `${paragraphs.pop() ?? ""} ${line}` : line);
    open = line !== "" && !line.startsWith("$ ");
  }
  const [summary = "", ...rest] = paragraphs;
  return { summary, description: rest.join("\n\n"), examples };
}

/** The whole text of a comment without its examples. */
export function textOf(desc: Exclude<AnyDesc, DescFile>): string {
  const { summary, description } = commentOf(desc);
  return description === "" ? summary : `${summary}\n\n${description}`;
}
