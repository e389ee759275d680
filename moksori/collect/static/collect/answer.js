/* The rules of questionnaires/expressions.py, to spare a page the way to the server.
   Both pass tests/vectors/expressions.json. */
globalThis.moksoriRules = (() => {
  "use strict";
  const DEEPEST = 20, own = Object.hasOwn, isList = Array.isArray;
  const isText = (v) => typeof v === "string";
  const isBox = (v) => typeof v === "object" && v !== null;
  const isNumber = (v) => typeof v === "number" && Math.abs(v) < 2 ** 53;
  const size = (v) => (isText(v) ? [...v] : Object.keys(v)).length;
  const truth = (v) => (isBox(v) ? size(v) > 0 : !!v);
  const members = (v) => (v === null ? [] : isList(v) ? v : [v]);
  const sound = (v) => (isNumber(v) ? v : null);
  const cell = (v, key) =>
    isBox(v) && !isList(v) && isText(key) && own(v, key) ? v[key] : null;

  function same(a, b, deep = 0) {
    if (deep > DEEPEST) return false;
    if (!isBox(a) || !isBox(b)) return a === b;
    return isList(a) === isList(b) && size(a) === size(b)
      && Object.keys(a).every((key) => own(b, key) && same(a[key], b[key], deep + 1));
  }
  function apart(a, b) { // texts by code points, as Python orders them
    if (isNumber(a) && isNumber(b)) return a - b;
    if (!isText(a) || !isText(b)) return NaN;
    const x = [...a], y = [...b], at = x.findIndex((c, i) => c !== y[i]);
    return at < 0 || at >= y.length
      ? x.length - y.length : x[at].codePointAt() - y[at].codePointAt();
  }
  const among = (v, whole) => isText(v) && isText(whole)
    ? whole.includes(v) : isList(whole) && whole.some((one) => same(v, one));
  const spread = (v) => (v.length < 2 && isBox(v[0]) ? Object.values(v[0]) : v).filter(isNumber);
  const sum = (v) => spread(v).reduce((a, b) => a + b, 0);
  const best = (pick) => (...v) => (spread(v).length ? pick(...spread(v)) : null);
  const reckon = (work) => (...v) => (v.every(isNumber) ? sound(v.reduce(work)) : null);
  const less = reckon((a, b) => a - b), ratio = reckon((a, b) => a / b);

  const ASKING = {
    answer: (id, around) => cell(around.answers, id),
    code: (id, around) => (isText(id) ? cell(around.answers, id + "?") : null),
    variant: (_, around) => around.variant ?? null,
    language: (_, around) => around.language ?? null,
    item: (_, around) => around.item ?? null,
  };
  const OPERATORS = { // take as many arguments as named, or 1 to 50
    and: (...v) => v.every(truth),
    or: (...v) => v.some(truth),
    not: (v) => !truth(v),
    if: (is, then, other) => (truth(is) ? then : other),
    "==": (a, b) => same(a, b),
    "!=": (a, b) => !same(a, b),
    "<": (a, b) => apart(a, b) < 0,
    "<=": (a, b) => apart(a, b) <= 0,
    ">": (a, b) => apart(a, b) > 0,
    ">=": (a, b) => apart(a, b) >= 0,
    in: among,
    contains: (whole, v) => among(v, whole),
    any_of: (a, b) => members(a).some((v) => among(v, members(b))),
    all_of: (a, b) => members(b).every((v) => among(v, members(a))),
    answered: (v) => v === 0 || v === false || truth(v),
    count: (v) => (v === null ? 0 : isText(v) || isBox(v) ? size(v) : 1),
    cell,
    "+": reckon((a, b) => a + b),
    "-": (...v) => (v.length > 2 ? null : v.length < 2 ? less(0, ...v) : less(...v)),
    "*": reckon((a, b) => a * b),
    "/": (a, b) => ratio(a, b),
    sum: (...v) => sound(sum(v)),
    min: best(Math.min),
    max: best(Math.max),
    mean: (...v) => sound(sum(v) / spread(v).length),
  };
  function evaluate(rule, around, deep = 0) {
    if (deep > DEEPEST) return null;
    const next = (one) => evaluate(one, around, deep + 1);
    if (isList(rule)) return rule.map(next);
    if (!isBox(rule)) return rule;
    const name = Object.keys(rule)[0], given = rule[name];
    if (size(rule) !== 1) return null;
    if (own(ASKING, name)) return ASKING[name](given, around);
    const all = isList(given) ? given : [given];
    const work = own(OPERATORS, name) && OPERATORS[name];
    return work && all.length >= (work.length || 1) && all.length <= (work.length || 50)
      ? work(...all.map(next)) : null;
  }
  const holds = (rule, around) => rule === null || truth(evaluate(rule, around));
  return { evaluate, holds };
})();
