using System.Threading.Channels;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Optimization;
using GpuScheduler.Plugins;
using Microsoft.Extensions.Logging;

namespace GpuScheduler.Server;

/// <summary>
/// Learns the demand from the pods that come and keeps the prices of <see cref="GpuPriceScore"/> up to date. Programmes are solved beside the
/// scheduling thread, over published snapshots; decisions go on with the prices in force meanwhile.
/// </summary>
internal sealed partial class PriceLearning : IAsyncDisposable
{
    private readonly Channel<(PodClass Class, bool HasLeft)> _news = Channel.CreateUnbounded<(PodClass, bool)>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<string, GpuPriceUpdater> _updaters;
    private readonly ClusterWriter _cluster;
    private readonly ILogger _logger;
    private readonly Task _working;

    public PriceLearning(IEnumerable<Profile> profiles, ClusterWriter cluster, ILogger logger)
    {
        _cluster = cluster;
        _logger = logger;
        _updaters = profiles
            .Select(p => (p.SchedulerName, Plugin: p.Score.Select(s => s.Plugin).OfType<GpuPriceScore>().FirstOrDefault()))
            .Where(p => p.Plugin is not null)
            .ToDictionary(
                p => p.SchedulerName, p => new GpuPriceUpdater(p.Plugin!, new LinearPriceSolver(new PriceOptions()), known: null), StringComparer.Ordinal);
        _working = Task.Run(WorkAsync);
    }

    /// <summary>A pod came. Any thread; never waits.</summary>
    public void Arrived(PodClass podClass) => Tell(podClass, hasLeft: false);

    /// <summary>A bound pod ended. Any thread; never waits.</summary>
    public void Left(PodClass podClass) => Tell(podClass, hasLeft: true);

    public async ValueTask DisposeAsync()
    {
        _news.Writer.TryComplete();
        await _working.ConfigureAwait(false);
    }

    private void Tell(PodClass podClass, bool hasLeft)
    {
        if (_updaters.ContainsKey(podClass.Spec.SchedulerName))
        {
            _news.Writer.TryWrite((podClass, hasLeft));
        }
    }

    private async Task WorkAsync()
    {
        await foreach ((PodClass podClass, bool hasLeft) in _news.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                GpuPriceUpdater updater = _updaters[podClass.Spec.SchedulerName];
                if (hasLeft)
                {
                    updater.ObserveLeft(podClass);
                }
                else
                {
                    updater.Observe(podClass, _cluster.Head);
                }
            }
            catch (InvalidOperationException e)
            {
                LogFailed(e);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "GPU prices could not be solved anew; those in force stay")]
    private partial void LogFailed(Exception exception);
}
