using Microsoft.AspNetCore.Http;

namespace GpuScheduler.Emulator;

/// <summary>Answers the requests of one server: finds what a path names and who does it.</summary>
internal sealed class ApiHandler
{
    private readonly ObjectStore _store;
    private readonly ObjectResponse _response;
    private readonly ListHandler _lists;
    private readonly WatchHandler _watches;
    private readonly WriteHandler _writes;
    private readonly PodActions _pods;
    private readonly DiscoveryHandler _discovery;

    public ApiHandler(EmulatedCluster cluster, EmulatorOptions options, CancellationToken stopping)
    {
        _store = cluster.Objects;
        var negotiation = new Negotiation(options.Transcoder);
        _response = new ObjectResponse(negotiation, options.Transcoder, _store.Time);
        _lists = new ListHandler(_store, negotiation, options.Transcoder);
        _watches = new WatchHandler(_store, negotiation, options, stopping);
        _writes = new WriteHandler(_store, _response, _lists, negotiation, options.Transcoder);
        _pods = new PodActions(_store, _response, options.Transcoder);
        _discovery = new DiscoveryHandler(_store.Catalog);
    }

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            if (!await _discovery.TryHandleAsync(context).ConfigureAwait(false)) await DispatchAsync(context).ConfigureAwait(false);
        }
        catch (ApiStatusException refusal) when (!context.Response.HasStarted)
        {
            await _response.WriteRefusalAsync(context, refusal).ConfigureAwait(false);
        }
        catch (InvalidOperationException wrong) when (!context.Response.HasStarted)
        {
            // A document whose parts have types no rule expects, such as a list where an object must be.
            await _response.WriteRefusalAsync(context, ApiError.BadRequest($"the object provided is not of the expected form: {wrong.Message}")).ConfigureAwait(false);
        }
        catch (Exception wrong) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            await _response.WriteRefusalAsync(context, ApiError.Internal($"{wrong.GetType().Name}: {wrong.Message}")).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away: nobody is left to answer.
        }
    }

    private Task DispatchAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal) && !context.Request.Path.StartsWithSegments("/apis", StringComparison.Ordinal)) throw ApiError.NoSuchPath();
        var path = ApiPath.Parse(context.Request.Path, _store.Catalog);
        if (path.Subresource.Length > 0) return DispatchSubresource(context, path);
        bool watches = path.IsWatchPath || WatchRequest.IsTrue(context.Request.Query["watch"].ToString());
        return (context.Request.Method, path.Name.Length > 0) switch
        {
            ("GET", _) when watches => _watches.HandleAsync(context, path),
            ("GET", true) => _response.WriteAsync(context, _store.Get(path.Resource, path.Namespace, path.Name).As(path.Resource)),
            ("GET", false) => _lists.HandleAsync(context, path),
            ("POST", false) => _writes.CreateAsync(context, path),
            ("PUT", true) => _writes.UpdateAsync(context, path, WritePart.Main),
            ("PATCH", true) => _writes.PatchAsync(context, path, WritePart.Main),
            ("DELETE", true) => _writes.DeleteAsync(context, path),
            ("DELETE", false) => _writes.DeleteCollectionAsync(context, path),
            _ => throw ApiError.MethodNotAllowed(),
        };
    }

    private Task DispatchSubresource(HttpContext context, ApiPath path)
    {
        bool isPod = ReferenceEquals(path.Resource, _store.Catalog.Pods);
        return (context.Request.Method, path.Subresource) switch
        {
            ("POST", "binding") when isPod => _pods.BindAsync(context, path),
            ("POST", "eviction") when isPod => _pods.EvictAsync(context, path),
            ("GET", "log") when isPod => throw PodLog(path),
            ("GET", "status") when path.Resource.HasStatus => _response.WriteAsync(context, _store.Get(path.Resource, path.Namespace, path.Name).As(path.Resource)),
            ("PUT", "status") when path.Resource.HasStatus => _writes.UpdateAsync(context, path, WritePart.Status),
            ("PATCH", "status") when path.Resource.HasStatus => _writes.PatchAsync(context, path, WritePart.Status),
            ("PUT", "finalize") when ReferenceEquals(path.Resource, _store.Catalog.Namespaces) => _writes.UpdateAsync(context, path, WritePart.Main),
            _ => throw ApiError.NoSuchPath(),
        };
    }

    /// <summary>There is no kubelet to ask: the answer an API server gives then.</summary>
    private ApiStatusException PodLog(ApiPath path)
    {
        StoredObject pod = _store.Get(path.Resource, path.Namespace, path.Name);
        string node = pod.ReadDocument().Text("spec", "nodeName");
        return node.Length == 0
            ? ApiError.BadRequest($"pod {path.Name} does not have a host assigned")
            : ApiError.BadRequest($"no logs: node \"{node}\" of this emulated cluster runs no containers");
    }
}
