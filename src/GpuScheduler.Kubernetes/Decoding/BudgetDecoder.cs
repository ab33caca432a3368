using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>Decodes PodDisruptionBudgets. There are few of them, so JSON is good enough.</summary>
/// <param name="apiVersion"><c>policy/v1</c>, or <c>policy/v1beta1</c> on servers before 1.21.</param>
internal sealed class BudgetDecoder(string apiVersion) : IObjectDecoder<DisruptionBudget>
{
    public string Resource => "poddisruptionbudgets";

    public string ApiPath => $"/apis/{apiVersion}/poddisruptionbudgets";

    public bool HasProtobuf => false;

    public DisruptionBudget DecodeProtobuf(ReadOnlySpan<byte> message) => throw new NotSupportedException("budgets are asked for in JSON");

    public DisruptionBudget DecodeJson(ReadOnlySpan<byte> utf8)
    {
        DisruptionBudget budget = ApiObjectReader.ReadBudget(JsonObjects.Parse(Resource, utf8), apiVersion, out ImmutableArray<string> problems);
        return budget.Name.Length > 0 && problems.IsEmpty
            ? budget
            : throw new ObjectDecodeException($"{Resource}: {budget}: {string.Join("; ", problems)}");
    }

    public ObjectKey KeyOf(DisruptionBudget value) => new(value.Namespace, value.Name);

    public string ResourceVersionOf(DisruptionBudget value) => value.ResourceVersion;

    public string UidOf(DisruptionBudget value) => value.Uid;
}
