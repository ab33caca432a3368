using Microsoft.AspNetCore.Http;

namespace GpuScheduler.Emulator;

/// <summary>Which objects of a resource a request asks for.</summary>
internal sealed record Selection(string Namespace, LabelSelector Labels, FieldSelector Fields)
{
    public bool HasSelectors => !Labels.IsEmpty || !Fields.IsEmpty;

    public static Selection Of(ApiPath path, IQueryCollection query)
        => new(path.Namespace, LabelSelector.Parse(query["labelSelector"].ToString()), FieldSelector.Parse(query["fieldSelector"].ToString(), path.Resource));

    public bool Matches(StoredObject stored)
        => (Namespace.Length == 0 || stored.Namespace == Namespace) && Labels.Matches(stored.Labels) && Fields.Matches(stored);
}
