using System.Collections.Concurrent;

namespace GpuScheduler.Emulator;

/// <summary>
/// Which requests are struck by which faults. The n-th request of a method and path meets the same fate in every run of a seed, whatever other requests
/// run beside it. Of several rules that would strike, the first does. May be used by any number of threads and servers.
/// </summary>
public sealed class FaultPlan
{
    private readonly ulong _seed;
    private readonly FaultRule[] _rules;
    private readonly ConcurrentDictionary<(string Method, string Path, bool IsWatch), Counter> _requests = new();
    private readonly long[] _counts = new long[Enum.GetValues<FaultKind>().Length];
    private volatile bool _isOn = true;

    /// <exception cref="ArgumentException">A rate is not within 0 to 1, or a time or count is negative; names every one.</exception>
    public FaultPlan(int seed, IEnumerable<FaultRule> rules, TimeProvider time)
    {
        _seed = Mix((ulong)seed);
        _rules = [.. rules];
        Time = time;
        string[] errors =
        [
            .. _rules.Where(r => r.Rate is not (>= 0 and <= 1)).Select(r => $"{r.Kind}: rate {r.Rate} is not within 0 to 1"),
            .. _rules.Where(r => r.Delay < TimeSpan.Zero || r.RetryAfter < TimeSpan.Zero).Select(r => $"{r.Kind}: a time is negative"),
            .. _rules.Where(r => r.MaxEvents < 0).Select(r => $"{r.Kind}: MaxEvents is negative"),
        ];
        if (errors.Length > 0) throw new ArgumentException(string.Join("; ", errors), nameof(rules));
    }

    internal event Action? TurnedOff;

    public TimeProvider Time { get; }

    /// <summary>Off, every request passes, and watches that were silenced are reset, so that a run can come to rest. It begins on.</summary>
    public bool IsOn
    {
        get => _isOn;
        set
        {
            _isOn = value;
            if (!value) TurnedOff?.Invoke();
        }
    }

    /// <summary>How often each kind has struck; kinds that never did are left out.</summary>
    public IReadOnlyDictionary<FaultKind, long> Counts => Enum.GetValues<FaultKind>()
        .Select(k => (Kind: k, Count: Interlocked.Read(ref _counts[(int)k])))
        .Where(c => c.Count > 0)
        .ToDictionary(c => c.Kind, c => c.Count);

    /// <summary>A plan of every kind of fault, each at <paramref name="rate"/>.</summary>
    public static FaultPlan OfEveryKind(int seed, double rate, TimeProvider time) =>
        new(seed, Enum.GetValues<FaultKind>().Select(k => new FaultRule(k, rate)), time);

    internal void Count(FaultKind kind) => Interlocked.Increment(ref _counts[(int)kind]);

    /// <summary>What happens to the next request of its kind; null lets it pass.</summary>
    internal FaultStrike? Next(string method, string path, bool isWatch)
    {
        if (!IsOn) return null;
        long number = _requests.GetOrAdd((method, path, isWatch), _ => new Counter()).Next();
        ulong request = _seed ^ Mix((ulong)number) ^ Hash(method) ^ Mix(Hash(path)) ^ (isWatch ? 1UL : 0);
        for (int i = 0; i < _rules.Length; i++)
        {
            FaultRule rule = _rules[i];
            if (!rule.Concerns(method, path, isWatch)) continue;
            ulong random = Mix(request + ((ulong)i << 32));
            if ((random >> 11) * (1.0 / (1UL << 53)) < rule.Rate) return new FaultStrike(rule, Mix(random));
        }
        return null;
    }

    /// <summary>FNV-1a.</summary>
    private static ulong Hash(string text) => text.Aggregate(14_695_981_039_346_656_037UL, (hash, c) => (hash ^ c) * 1_099_511_628_211);

    /// <summary>SplitMix64.</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9E37_79B9_7F4A_7C15;
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }

    private sealed class Counter
    {
        private long _count;

        public long Next() => Interlocked.Increment(ref _count);
    }
}
