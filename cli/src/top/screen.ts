// A terminal that is drawn over, and its keys.
import { cutTo } from "../output/table.ts";

/** A screen that is drawn again and again. */
export interface Screen {
  readonly rows: () => number;
  /** Draws these lines in place of what is there, and again when the terminal changes its size. */
  readonly draw: (lines: () => readonly string[]) => void;
  /** Gives the terminal back as it was. */
  readonly close: () => void;
}

/** What keys do. */
export interface ScreenKeys {
  /** q or Esc. */
  readonly quit: () => void;
  /** Ctrl-C. */
  readonly interrupt: () => void;
}

/** A terminal as Node has it; a test puts its own in its place. */
export interface Terminal {
  readonly stdin: Pick<
    NodeJS.ReadStream,
    "setRawMode" | "setEncoding" | "on" | "off" | "resume" | "pause"
  >;
  readonly stdout: Pick<NodeJS.WriteStream, "rows" | "columns" | "write" | "on" | "off">;
}

const enter = "\u001b[?1049h\u001b[?25l";
const leave = "\u001b[?25h\u001b[?1049l";
const home = "\u001b[H";
const clearLine = "\u001b[K";
const clearBelow = "\u001b[J";

/** Takes the terminal over until it is closed. */
export function openScreen(keys: ScreenKeys, { stdin, stdout }: Terminal = process): Screen {
  let lines: () => readonly string[] = () => [];
  const paint = (): void => {
    const shown = lines()
      .slice(0, stdout.rows)
      .map((line) => `${cutTo(line, stdout.columns)}${clearLine}`);
    stdout.write(`${home}${shown.join("\r\n")}${clearBelow}`);
  };
  const pressed = (text: string): void => {
    if (text.includes("\u0003")) keys.interrupt();
    else if (text === "\u001b" || /q/i.test(text)) keys.quit();
  };
  stdin.setRawMode(true);
  stdin.setEncoding("utf8");
  stdin.on("data", pressed);
  stdin.resume();
  stdout.on("resize", paint);
  stdout.write(enter);
  return {
    rows: () => stdout.rows,
    draw: (next) => {
      lines = next;
      paint();
    },
    close: () => {
      stdout.off("resize", paint);
      stdin.off("data", pressed);
      stdin.pause();
      stdin.setRawMode(false);
      stdout.write(leave);
    },
  };
}
