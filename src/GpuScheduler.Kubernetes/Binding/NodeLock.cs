using System.Globalization;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>The value of <see cref="HamiKeys.Lock"/>: who holds a node until HAMi's device plugin has given it its devices.</summary>
/// <param name="Since">When it was taken, by the clock of whoever took it.</param>
/// <param name="Namespace">Of the pod; empty in the form of older versions, which is a time alone.</param>
/// <param name="Pod">The pod's name.</param>
internal readonly record struct NodeLock(DateTimeOffset Since, string Namespace, string Pod)
{
    private const char Separator = ',';

    /// <summary>HAMi's own limit: a lock that is older is nobody's.</summary>
    public static readonly TimeSpan Expiry = TimeSpan.FromMinutes(5);

    public bool IsOf(BindRequest request) => Namespace == request.Namespace && Pod == request.Name;

    public static bool TryParse(string text, out NodeLock value)
    {
        string[] parts = text.Split(Separator);
        bool isTime = DateTimeOffset.TryParse(parts[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset since);
        value = parts.Length == 3 ? new NodeLock(since, parts[1], parts[2]) : new NodeLock(since, "", "");
        return isTime && parts.Length is 1 or 3;
    }

    public override string ToString() => string.Join(Separator, ApiTime.Seconds(Since), Namespace, Pod);
}
