namespace GpuScheduler.Emulator;

/// <summary>A rule that strikes one request.</summary>
/// <param name="Random">Decides what the rule leaves open: how long, after how many events.</param>
internal sealed record FaultStrike(FaultRule Rule, ulong Random)
{
    /// <summary>A share of <paramref name="most"/>, above 0 and at most all of it.</summary>
    public TimeSpan Part(TimeSpan most) => most * ((Random % 1000 + 1) / 1000.0);

    public int EventsBefore => (int)(Random % (ulong)(Rule.MaxEvents + 1));
}
