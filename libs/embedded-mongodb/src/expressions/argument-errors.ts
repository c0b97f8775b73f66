/** MongoDB's codes for an operand that is not what an operator with named arguments takes; 9 FailedToParse where it has none of its own. */
export interface ArgumentErrors {
  readonly notObject?: number;
  readonly unknown?: number;
  /** For a required argument that is not there: one code, or one for each. */
  readonly missing?: number | Readonly<Record<string, number>>;
}

const trim: ArgumentErrors = { notObject: 50696, unknown: 50694, missing: 50695 };
const regex: ArgumentErrors = { notObject: 51103, unknown: 31024, missing: { input: 31022, regex: 31023 } };
const replace: ArgumentErrors = { notObject: 51751, unknown: 51750, missing: { input: 51749, find: 51748, replacement: 51747 } };
const setField: ArgumentErrors = { notObject: 4161100, unknown: 4161101, missing: { field: 4161102, value: 4161103, input: 4161109 } };
const dateArithmetic: ArgumentErrors = { notObject: 5166400, unknown: 5166401, missing: 5166402 };
const severalOf: ArgumentErrors = { notObject: 5787801, unknown: 5787901, missing: { n: 5787906, input: 5787907 } };

/** By operator. (Source: the codes that MongoDB's own tests of these operators name.) */
export const argumentErrors: Readonly<Record<string, ArgumentErrors>> = {
  $filter: { notObject: 28646, unknown: 28647, missing: { input: 28648, cond: 28650 } },
  $map: { notObject: 16878, unknown: 16879, missing: { input: 16880, in: 16882 } },
  $reduce: { notObject: 40075, unknown: 40076, missing: { input: 40077, initialValue: 40078, in: 40079 } },
  $sortArray: { notObject: 2942500, unknown: 2942501, missing: { input: 2942502, sortBy: 2942503 } },
  $firstN: severalOf,
  $lastN: severalOf,
  $maxN: severalOf,
  $minN: severalOf,
  $trim: trim,
  $ltrim: trim,
  $rtrim: trim,
  $regexMatch: regex,
  $regexFind: regex,
  $regexFindAll: regex,
  $replaceOne: replace,
  $replaceAll: replace,
  $getField: { unknown: 3041701, missing: { field: 3041702, input: 3041703 } },
  $setField: setField,
  $unsetField: setField,
  $dateAdd: dateArithmetic,
  $dateSubtract: dateArithmetic,
  $dateDiff: { notObject: 5166301, unknown: 5166302, missing: { startDate: 5166303, endDate: 5166304, unit: 5166305 } },
  $dateTrunc: { notObject: 5439007, unknown: 5439008, missing: { date: 5439009, unit: 5439010 } },
  $dateFromParts: { notObject: 40519, unknown: 40518 },
  $dateFromString: { notObject: 40540, unknown: 40541, missing: 40542 },
  $dateToParts: { notObject: 40524, unknown: 40520, missing: 40522 },
  $dateToString: { notObject: 18629, unknown: 18534, missing: 18628 },
};
