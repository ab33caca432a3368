# For bench/live-*: publishes gpusched, and starts etcd and kube-apiserver of KUBEBUILDER_ASSETS in a folder that goes when the script ends. Leaves
# $dir/kubeconfig, and the configurations $dir/kube.yaml and $dir/gpu.yaml of the two schedulers; $port + 3 is free.
assets="${KUBEBUILDER_ASSETS:?set it to the folder that .ci/provide-kubernetes prints}"
dotnet build bench/GpuScheduler.Benchmarks -c Release --nologo -v quiet -clp:NoSummary

dir="$(mktemp -d)"
pids=()
stop() { for pid in "${pids[@]}"; do kill "$pid" 2> /dev/null || true; done; wait 2> /dev/null || true; rm -rf "$dir"; }
trap stop EXIT
# As the image has it: compiled beforehand. Without that a start takes several seconds of processor more.
dotnet publish src/GpuScheduler.Cli -c Release --use-current-runtime --self-contained false -p:PublishReadyToRun=true -p:DebugType=none -o "$dir/gpusched" --nologo -v quiet
openssl genrsa -out "$dir/sa.key" 2048 2> /dev/null
echo 'bench,admin,admin,system:masters' > "$dir/tokens.csv"
port=$((20000 + RANDOM % 10000))
"$assets/etcd" --data-dir "$dir/etcd" --listen-client-urls "http://127.0.0.1:$port" --advertise-client-urls "http://127.0.0.1:$port" \
  --listen-peer-urls "http://127.0.0.1:$((port + 1))" --unsafe-no-fsync > "$dir/etcd.log" 2>&1 & pids+=($!)
"$assets/kube-apiserver" --etcd-servers "http://127.0.0.1:$port" --bind-address 127.0.0.1 --secure-port $((port + 2)) --cert-dir "$dir/certs" \
  --token-auth-file "$dir/tokens.csv" --authorization-mode RBAC --service-account-key-file "$dir/sa.key" --service-account-signing-key-file "$dir/sa.key" \
  --service-account-issuer https://kubernetes.default.svc --service-cluster-ip-range 10.0.0.0/24 --disable-admission-plugins ServiceAccount \
  --max-requests-inflight 4000 --max-mutating-requests-inflight 2000 > "$dir/apiserver.log" 2>&1 & pids+=($!)
cat > "$dir/kubeconfig" <<K
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://127.0.0.1:$((port + 2))", insecure-skip-tls-verify: true}}]
users: [{name: u, user: {token: bench}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
K
for _ in $(seq 120); do curl -sk -H 'Authorization: Bearer bench' "https://127.0.0.1:$((port + 2))/readyz" | grep -q ok && break; sleep 0.5; done

cat > "$dir/kube.yaml" <<K
apiVersion: kubescheduler.config.k8s.io/v1beta1
kind: KubeSchedulerConfiguration
leaderElection: {leaderElect: false}
clientConnection: {kubeconfig: $dir/kubeconfig, qps: 5000, burst: 5000}
K
cat > "$dir/gpu.yaml" <<K
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
leaderElection: {leaderElect: false}
clientConnection: {kubeconfig: $dir/kubeconfig, qps: 5000, burst: 5000}
profiles:
- schedulerName: gpuscheduler
K

benchmarks=bench/GpuScheduler.Benchmarks/bin/Release/net10.0/GpuScheduler.Benchmarks.dll
gpusched="$dir/gpusched/gpusched"
# As the image sets it.
export DOTNET_GCgen0size=1000000 DOTNET_GCConserveMemory=6
