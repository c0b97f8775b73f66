import { failAt } from '../errors';
import { anchors, anything, classEscapes, controls, hex, literal, posixClasses, unicodeProperty } from './pcre-classes';

/** A PCRE pattern as JavaScript writes it. */
export interface Translation {
  /** For the `v` flag; with `i` when `ignoreCase`. */
  readonly source: string;
  readonly ignoreCase: boolean;
  /** Whether it may take more than linear time: a repetition inside a repetition, or several in a row. */
  readonly risk: 'none' | 'polynomial' | 'exponential';
}

interface Modes {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
  readonly x: boolean;
}

interface Group {
  readonly modes: Modes;
  /** Whether something in it varies in length or kind, so that repeating it multiplies the ways to match. */
  varies: boolean;
}

/**
 * Translates a PCRE pattern so that it means the same in JavaScript: `$` before a last newline, `.` and `^` by newline alone, `\s` and `\w`
 * without Unicode, POSIX classes, `\Q..\E`, `\A`, `\z`, inline `(?s)`. What JavaScript cannot express is refused. Error: 51091.
 */
export function translatePattern(pattern: string, options: string): Translation {
  return new PatternReader(pattern, options).translate();
}

class PatternReader {
  private readonly input: string[];
  private at = 0;
  private out = '';
  private modes: Modes;
  private readonly groups: Group[] = [];
  /** The group that has just been closed: what a quantifier would repeat. */
  private closed: Group | undefined;
  private unbounded = 0;
  private nested = false;

  constructor(
    private readonly pattern: string,
    options: string,
  ) {
    this.input = [...pattern];
    this.modes = { i: options.includes('i'), m: options.includes('m'), s: options.includes('s'), x: options.includes('x') };
    this.readLeadingModes();
  }

  translate(): Translation {
    while (this.at < this.input.length) this.readPart();
    if (this.groups.length > 0) throw this.refused('missing closing parenthesis');
    const risk = this.nested ? 'exponential' : this.unbounded > 1 ? 'polynomial' : 'none';
    return { source: this.out, ignoreCase: this.modes.i, risk };
  }

  // At the very start `(?i)` is an option of the whole pattern; further on JavaScript has no way to say it.
  private readLeadingModes(): void {
    const found = /^(?:\(\*UTF8?\))?(?:\(\?([imsx]+)\))?/.exec(this.pattern)!;
    for (const letter of found[1] ?? '') this.modes = { ...this.modes, [letter]: true };
    this.at = found[0].length;
  }

  private next(): string {
    return this.input[this.at++] ?? '';
  }

  private upcoming(text: string): boolean {
    return this.input.slice(this.at, this.at + text.length).join('') === text;
  }

  private take(text: string): boolean {
    const found = this.upcoming(text);
    if (found) this.at += text.length;
    return found;
  }

  private readPart(): void {
    const closed = this.closed;
    this.closed = undefined;
    const char = this.next();
    switch (char) {
      case '\\':
        return this.readEscape();
      case '[':
        this.out += this.readClass();
        return;
      case '(':
        return this.openGroup();
      case ')':
        return this.closeGroup();
      case '|':
        for (const group of this.groups) group.varies = true;
        this.out += '|';
        return;
      case '.':
        this.out += this.modes.s ? anything : '[^\\n]';
        return;
      case '^':
        this.out += this.modes.m ? `(?:^|(?<=\\n)(?=${anything}))` : '^';
        return;
      case '$':
        this.out += this.modes.m ? '(?=\\n|$)' : '(?=\\n?$)';
        return;
      case '*':
      case '+':
      case '?':
        return this.quantify(char, char !== '?', closed);
      case '{':
        return this.readBraces(closed);
      default:
        if (this.modes.x && /\s/.test(char)) this.closed = closed;
        else if (this.modes.x && char === '#') this.skipTo('\n');
        else this.out += literal(char);
    }
  }

  private skipTo(end: string): void {
    while (this.at < this.input.length && this.next() !== end);
  }

  private readBraces(closed: Group | undefined): void {
    const found = /^(\d+)(?:(,)(\d*))?\}/.exec(this.input.slice(this.at, this.at + 12).join(''));
    if (!found) {
      this.out += '\\{';
      return;
    }
    this.at += found[0].length;
    const [, least = '', comma, most] = found;
    const longest = comma === undefined ? Number(least) : most === '' ? Infinity : Number(most);
    this.quantify(`{${found[0]}`, longest > 10, closed);
  }

  private quantify(quantifier: string, many: boolean, closed: Group | undefined): void {
    if (this.upcoming('+')) throw this.refused('possessive quantifiers are not supported by this server');
    this.out += quantifier + (this.take('?') ? '?' : '');
    if (many) this.unbounded++;
    if (many && closed?.varies) this.nested = true;
    for (const group of this.groups) group.varies = true;
  }

  private openGroup(): void {
    if (this.upcoming('*')) throw this.refused('verbs are not supported by this server');
    if (!this.take('?')) return this.push('(');
    for (const head of [':', '=', '!', '<=', '<!']) if (this.take(head)) return this.push(`(?${head}`);
    const rest = this.input.slice(this.at).join('');
    if (rest.startsWith('#')) return this.skipTo(')');
    const name = /^(?:P?<(\w+)>|'(\w+)')/.exec(rest);
    if (name) {
      this.at += name[0].length;
      return this.push(`(?<${name[1] ?? name[2]!}>`);
    }
    const reference = /^P=(\w+)\)/.exec(rest);
    if (reference) {
      this.at += reference[0].length;
      this.out += `\\k<${reference[1]!}>`;
      return;
    }
    this.readModes(rest);
  }

  /** `(?s)` holds to the end of the group around it, `(?s:...)` for a group of its own. */
  private readModes(rest: string): void {
    const found = /^([imsx]*)(?:-([imsx]*))?([:)])/.exec(rest);
    if (!found) throw this.refused('this kind of group is not supported by this server');
    const [whole, on = '', off = '', end] = found;
    const changed = { ...this.modes };
    for (const letter of on) changed[letter as keyof Modes] = true;
    for (const letter of off) changed[letter as keyof Modes] = false;
    if (changed.i !== this.modes.i) throw this.refused('case-insensitivity for a part of the pattern is not supported by this server');
    this.at += whole.length;
    if (end === ':') this.push('(?:');
    this.modes = changed;
  }

  private push(text: string): void {
    this.out += text;
    this.groups.push({ modes: this.modes, varies: false });
  }

  private closeGroup(): void {
    const group = this.groups.pop();
    if (!group) throw this.refused('unmatched closing parenthesis');
    this.out += ')';
    this.modes = group.modes;
    this.closed = group;
  }

  private readEscape(): void {
    const char = this.next();
    if (char === '') throw this.refused('\\ at end of pattern');
    if (char === 'Q') return this.readQuoted();
    if (char === 'E') return;
    const anchor = anchors[char];
    if (anchor !== undefined) this.out += anchor;
    else if (/[1-9]/.test(char)) this.readBackreference(char);
    else if (char === 'g' || char === 'k') this.readNamedReference();
    else this.out += this.escaped(char) ?? this.characterOf(char);
  }

  private readQuoted(): void {
    while (this.at < this.input.length && !this.take('\\E')) this.out += literal(this.next());
  }

  private readBackreference(first: string): void {
    let digits = first;
    while (/\d/.test(this.input[this.at] ?? '')) digits += this.next();
    this.out += `(?:\\${digits})`;
  }

  private readNamedReference(): void {
    const found = /^(?:\{(\w+)\}|<(\w+)>|'(\w+)'|(\d+))/.exec(this.input.slice(this.at).join(''));
    if (!found) throw this.refused('this kind of reference is not supported by this server');
    this.at += found[0].length;
    const name = found.slice(1).find((part) => part !== undefined)!;
    this.out += /^\d+$/.test(name) ? `(?:\\${name})` : `\\k<${name}>`;
  }

  /** An escape that stands for a class of characters, in or out of brackets; undefined for one that stands for a single one. */
  private escaped(char: string): string | undefined {
    const known = classEscapes[char];
    if (known !== undefined) return known;
    if (char !== 'p' && char !== 'P') return undefined;
    const name = this.take('{') ? this.upTo('}') : this.next();
    const property = unicodeProperty(name.replace(/^\^/, ''), (char === 'P') !== name.startsWith('^'));
    if (property === undefined) throw this.refused(`unknown property name after \\P or \\p: ${name}`);
    return property;
  }

  private upTo(end: string): string {
    let text = '';
    for (let char = this.next(); char !== end; char = this.next()) {
      if (char === '') throw this.refused(`missing ${end}`);
      text += char;
    }
    return text;
  }

  /** The single character that an escape stands for. */
  private characterOf(char: string): string {
    if (!/[a-zA-Z0-9]/.test(char)) return literal(char);
    if (char === 'x') return this.byHex();
    if (char === '0') return hex(parseInt(`0${this.octalDigits()}`, 8));
    if (char === 'c') return hex(this.next().toUpperCase().charCodeAt(0) ^ 64);
    const code = controls[char];
    if (code === undefined) throw this.refused(`unrecognized character follows \\: ${char}`);
    return hex(code);
  }

  private byHex(): string {
    const digits = this.take('{') ? this.upTo('}') : (/^[0-9a-fA-F]{0,2}/.exec(this.input.slice(this.at, this.at + 2).join(''))?.[0] ?? '');
    if (this.input[this.at - 1] !== '}') this.at += digits.length;
    if (!/^[0-9a-fA-F]*$/.test(digits)) throw this.refused('invalid character in \\x{}');
    return hex(parseInt(digits || '0', 16));
  }

  private octalDigits(): string {
    let digits = '';
    while (digits.length < 2 && /[0-7]/.test(this.input[this.at] ?? '')) digits += this.next();
    return digits;
  }

  /** A class in brackets. Everything in it is written so that JavaScript's set notation takes it for what it is. */
  private readClass(): string {
    let text = this.take('^') ? '[^' : '[';
    let first = true;
    for (;;) {
      const char = this.next();
      if (char === '') throw this.refused('missing terminating ] for character class');
      if (char === ']' && !first) return `${text}]`;
      first = false;
      text += this.classItem(char);
    }
  }

  private classItem(char: string): string {
    if (char === '[' && /^[:.=]/.test(this.input[this.at] ?? '')) {
      const posix = this.posixClass();
      if (posix !== undefined) return posix;
    }
    const start = this.classCharacter(char);
    // A set cannot begin a range, and a hyphen at the end is itself.
    if (start.startsWith('[') || start.startsWith('\\p') || start.startsWith('\\P')) return start;
    if (this.input[this.at] !== '-' || this.input[this.at + 1] === ']' || this.input[this.at + 1] === undefined) return start;
    this.at++;
    const end = this.classCharacter(this.next());
    return /^(\[|\\p)/i.test(end) ? `${start}\\-${end}` : `${start}-${end}`;
  }

  private classCharacter(char: string): string {
    if (char !== '\\') return hex(char.codePointAt(0)!);
    const escape = this.next();
    if (escape === 'b') return hex(8);
    const set = this.escaped(escape);
    if (set !== undefined) return set;
    const character = /[1-7]/.test(escape) ? hex(parseInt(escape + this.octalDigits(), 8)) : this.characterOf(escape);
    return character.startsWith('\\u') ? character : hex(escape.codePointAt(0)!);
  }

  private posixClass(): string | undefined {
    const found = /^:(\^?)([a-z]+):\]/.exec(this.input.slice(this.at, this.at + 12).join(''));
    if (!found) return undefined;
    const [whole, negated, name] = found;
    const members = posixClasses[name!];
    if (members === undefined) throw this.refused('unknown POSIX class name');
    this.at += whole.length;
    return `[${negated!}${members}]`;
  }

  private refused(reason: string): Error {
    return failAt(51091, `Regular expression is invalid: ${reason} in /${this.pattern}/`);
  }
}
