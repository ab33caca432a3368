using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>
/// What a pod says about devices, gathered from all dialects before it is judged: the same thing may be said twice, but not
/// two different ones.
/// </summary>
internal sealed class DeviceStatements(ICollection<DeviceRequestError> errors)
{
    private readonly List<Statement<int>> _counts = [];
    private readonly List<Statement<DeviceAmount>> _amounts = [];
    private readonly SortedSet<string> _models = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _modelsLike = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _modelsUnlike = new(StringComparer.Ordinal);
    private readonly List<string> _sources = [];
    private string? _modelsKey;
    private bool _failed;

    /// <summary>In what the pod asks, as far as it was read.</summary>
    public DeviceRequestForm Form { get; set; }

    /// <summary>The extended resource that it requests, as far as it was read.</summary>
    public string Resource { get; set; } = "";

    /// <summary>Notes that <paramref name="key"/> speaks of devices, whatever it turns out to say.</summary>
    public void Said(string key, string text) => _sources.Add($"{key}={text}");

    public void Count(string key, int count) => _counts.Add(new(key, count));

    public void Amount(string key, DeviceAmount amount) => _amounts.Add(new(key, amount));

    public void Models(string key, IEnumerable<string> models)
    {
        _modelsKey = key;
        _models.UnionWith(models);
    }

    /// <summary>Parts of names of which a model must have one, or may have none. A pod that asks for no device may say so all the same.</summary>
    public void ModelParts(IEnumerable<string> parts, bool areAllowed) => (areAllowed ? _modelsLike : _modelsUnlike).UnionWith(parts);

    public void Error(ImmutableArray<string> keys, string message)
    {
        _failed = true;
        errors.Add(new DeviceRequestError(keys, message));
    }

    /// <summary>The request that all statements agree on; false, with errors added, where they do not.</summary>
    public bool TryResolve(out DeviceRequest request)
    {
        request = DeviceRequest.None;
        RequireAgreement(_counts, static count => count == 1 ? "1 device" : $"{count} devices");
        RequireAgreement(_amounts, static amount => amount.ToString());
        bool asks = _counts.Count + _amounts.Count > 0;
        if (_modelsKey is not null && !asks && !_failed)
        {
            Error([_modelsKey], $"{_modelsKey} says which devices but nothing says how many: "
                + $"add {DeviceRequestKeys.GpuCount}, {DeviceRequestKeys.GpuFraction} or {DeviceRequestKeys.GpuMemory}, or remove it");
        }

        if (_failed)
        {
            return false;
        }

        if (asks)
        {
            DeviceAmount amount = _amounts.Count > 0 ? _amounts[0].Value : DeviceAmount.Whole;
            request = new DeviceRequest
            {
                Count = _counts.Count > 0 ? _counts[0].Value : 1,
                Milli = amount.Milli,
                MemoryMiB = amount.MemoryMiB,
                Models = [.. _models],
                ModelsLike = [.. _modelsLike],
                ModelsUnlike = [.. _modelsUnlike],
                Resource = Resource,
                Form = Form,
                Source = string.Join(", ", _sources),
            };
        }

        return true;
    }

    private void RequireAgreement<T>(List<Statement<T>> said, Func<T, string> words)
        where T : struct, IEquatable<T>
    {
        for (int i = 1; i < said.Count; i++)
        {
            if (!said[i].Value.Equals(said[0].Value))
            {
                Error([said[0].Key, said[i].Key], $"{said[0].Key} and {said[i].Key} disagree: the one asks for "
                    + $"{words(said[0].Value)}, the other for {words(said[i].Value)}; keep one of them");
            }
        }
    }

    private readonly record struct Statement<T>(string Key, T Value);
}
