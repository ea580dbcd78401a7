#!/usr/bin/env bash
# Take anew what is vendored for the pages: USWDS as compiled CSS with its font and one sign, and axe for the tests.
# Needs npm; nothing of it runs when the pages are served. Raise a version here together with its hash.
set -euo pipefail
cd "$(dirname "$0")/.."

uswds=3.14.0 uswds_sha256=da91c65e6fc736fa397f0daf6ca2c2c95711506d85c7ad2537a4570725401e1c
axe=4.14.1 axe_sha256=e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745
sass=1.108.2

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
(cd "$scratch" && npm pack --silent "@uswds/uswds@$uswds" "axe-core@$axe" >/dev/null)
echo "$uswds_sha256  $scratch/uswds-uswds-$uswds.tgz" | sha256sum --check --quiet
echo "$axe_sha256  $scratch/axe-core-$axe.tgz" | sha256sum --check --quiet
mkdir "$scratch/uswds" "$scratch/axe"
tar xzf "$scratch/uswds-uswds-$uswds.tgz" -C "$scratch/uswds" --strip-components=1
tar xzf "$scratch/axe-core-$axe.tgz" -C "$scratch/axe" --strip-components=1

static=sync/web/static
mkdir -p "$static/fonts/source-sans-pro" "$static/img/usa-icons" tests/browser
(cd "$scratch" && npm install --silent --no-fund --no-audit "sass@$sass")
"$scratch/node_modules/.bin/sass" --no-source-map --style=compressed --quiet \
    --load-path="$scratch/uswds/packages" deploy/uswds.scss "$static/uswds.css"
# The faces whose files are not taken: no page asks for them.
sed -E -i 's/@font-face\{[^}]*(roboto-mono|merriweather|italic)[^}]*\}//g' "$static/uswds.css"
for weight in regular bold; do
    cp "$scratch/uswds/dist/fonts/source-sans-pro/sourcesanspro-$weight-webfont.woff2" "$static/fonts/source-sans-pro/"
done
cp "$scratch/uswds/dist/img/usa-icons/unfold_more.svg" "$static/img/usa-icons/"
cp "$scratch/uswds/LICENSE.md" "$static/USWDS-LICENSE.md"
cp "$scratch/axe/axe.min.js" tests/browser/axe.min.js
cp "$scratch/axe/LICENSE" tests/browser/axe-LICENSE.txt
chmod 644 "$static"/*.* "$static"/*/*.* "$static"/*/*/*.* tests/browser/axe*
