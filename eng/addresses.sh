#!/usr/bin/env bash
# Makes src/Ocarina.Core/Features/addresses.json: which postal codes, regions and fields the addresses of each country have.
# From three npm packages, whose data come from Google's libaddressinput (CC-BY 4.0) and from country-region-data (MIT); see NOTICE. Needs npm and node.
# Run it when the packages have news, look at the difference, and commit the file.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for package in postal-code-checker@2.3.0 localized-address-format@1.3.3 country-region-data@4.1.0; do
  file=$(npm pack --silent "$package")
  mkdir -p "${package%@*}" && tar xzf "$file" -C "${package%@*}" --strip-components=1
done
cat > make.mjs <<'JS'
import { readFileSync, writeFileSync } from 'node:fs';

const read = name => readFileSync(name, 'utf8');
const between = (text, begin, end) => text.slice(text.indexOf(begin) + begin.length, text.indexOf(end, text.indexOf(begin)));
const postal = eval('({' + between(read('postal-code-checker/dist/index.mjs'), 'COUNTRIES = {', '\n};') + '})');
const formats = new Map(eval('[' + between(read('localized-address-format/dist/index.cjs.js'), 'addressFormats = new Map([', '\n]);') + ']'));
const regions = JSON.parse(read('country-region-data/data.json'));

const rules = {};
for (const { countryShortCode: country, regions: list } of regions.sort((a, b) => a.countryShortCode < b.countryShortCode ? -1 : 1)) {
  const rule = {};
  const pattern = postal[country]?.patterns[0];
  if (pattern) rule.postal_code = pattern.replace(/^\/\^/, '').replace(/\$\/$/, '');
  // A format that prints a region has one; only then, and where there is a choice, are its codes worth keeping.
  const codes = list.map(region => region.shortCode).filter(Boolean);
  if (formats.get(country)?.local.includes('%S') && codes.length === list.length && codes.length > 1) rule.regions = codes.sort();
  rules[country] = rule;
}
writeFileSync(process.argv[2], '{\n' + Object.entries(rules).map(([country, rule]) => `"${country}":${JSON.stringify(rule)}`).join(',\n') + '\n}\n');
JS
node make.mjs "$root/src/Ocarina.Core/Features/addresses.json"
