using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace GpuScheduler.Emulator;

/// <summary>Middleware that does to requests what a <see cref="FaultPlan"/> says.</summary>
public sealed class FaultInjection
{
    private readonly FaultPlan _plan;
    private readonly RequestDelegate _next;

    private FaultInjection(FaultPlan plan, RequestDelegate next)
    {
        _plan = plan;
        _next = next;
    }

    /// <summary>For the emulator and any other ASP.NET pipeline.</summary>
    public static Action<IApplicationBuilder> Of(FaultPlan plan) =>
        application => application.Use(next => new FaultInjection(plan, next).InvokeAsync);

    private async Task InvokeAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        bool isWatch = request.Query["watch"] is [{ } watch] && watch is "1" or "true";
        if (_plan.Next(request.Method, request.Path.Value ?? "", isWatch) is not { } strike)
        {
            await _next(context).ConfigureAwait(false);
            return;
        }
        switch (strike.Rule.Kind)
        {
            case FaultKind.Delay:
                _plan.Count(FaultKind.Delay);
                await Task.Delay(strike.Part(strike.Rule.Delay), _plan.Time, context.RequestAborted).ConfigureAwait(false);
                await _next(context).ConfigureAwait(false);
                break;
            case FaultKind.Drop:
                _plan.Count(FaultKind.Drop);
                context.Abort();
                break;
            case FaultKind.LoseAnswer:
                await WithoutAnswerAsync(context).ConfigureAwait(false);
                _plan.Count(FaultKind.LoseAnswer);
                context.Abort();
                break;
            case FaultKind.Duplicate:
                await TwiceAsync(context).ConfigureAwait(false);
                break;
            case FaultKind.Trickle:
                await TrickleAsync(context, strike.Rule.Delay).ConfigureAwait(false);
                break;
            case FaultKind.CutWatch or FaultKind.EndWatch or FaultKind.SilentWatch or FaultKind.GarbageInWatch or FaultKind.ExpireWatch:
                await WatchAsync(context, strike).ConfigureAwait(false);
                break;
            default:
                _plan.Count(strike.Rule.Kind);
                await RefuseAsync(context, strike.Rule).ConfigureAwait(false);
                break;
        }
    }

    private static async Task RefuseAsync(HttpContext context, FaultRule rule)
    {
        // A server that answers before it has read all of a body makes some clients report a broken connection instead of the answer.
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted).ConfigureAwait(false);
        byte[] status = Encoding.UTF8.GetBytes(FaultStatus.Of(rule).ToJsonString());
        bool wantsProtobuf = context.Request.Headers.Accept.ToString().Contains(ProtobufTranscoder.ContentType, StringComparison.Ordinal);
        if (wantsProtobuf) status = ProtobufTranscoder.ToProtobuf(status);
        context.Response.StatusCode = (int)FaultStatus.Of(rule)["code"]!;
        context.Response.ContentType = wantsProtobuf ? ProtobufTranscoder.ContentType : "application/json";
        if (rule.Kind == FaultKind.TooManyRequests)
            context.Response.Headers.RetryAfter = ((int)rule.RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        context.Response.ContentLength = status.Length;
        await context.Response.Body.WriteAsync(status, context.RequestAborted).ConfigureAwait(false);
    }

    private async Task WithoutAnswerAsync(HttpContext context) => await WithBodyAsync(context, Stream.Null, () => _next(context)).ConfigureAwait(false);

    private async Task TwiceAsync(HttpContext context)
    {
        using var copy = new MemoryStream();
        await context.Request.Body.CopyToAsync(copy, context.RequestAborted).ConfigureAwait(false);
        context.Request.Body = new MemoryStream(copy.ToArray());
        await WithoutAnswerAsync(context).ConfigureAwait(false);
        _plan.Count(FaultKind.Duplicate);
        context.Response.Clear();
        context.Request.Body = new MemoryStream(copy.ToArray());
        await _next(context).ConfigureAwait(false);
    }

    private async Task TrickleAsync(HttpContext context, TimeSpan pause)
    {
        const int pieces = 4;
        _plan.Count(FaultKind.Trickle);
        Stream body = context.Response.Body;
        async ValueTask Write(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
        {
            int size = Math.Max(1, (bytes.Length + pieces - 1) / pieces);
            for (int start = 0; start < bytes.Length; start += size)
            {
                if (_plan.IsOn) await Task.Delay(pause, _plan.Time, context.RequestAborted).ConfigureAwait(false);
                await body.WriteAsync(bytes.Slice(start, Math.Min(size, bytes.Length - start)), cancellation).ConfigureAwait(false);
                await body.FlushAsync(cancellation).ConfigureAwait(false);
            }
        }
        var slow = new FaultyBody(Write, body.FlushAsync);
        await using (slow.ConfigureAwait(false)) await WithBodyAsync(context, slow, () => _next(context)).ConfigureAwait(false);
    }

    private async Task WatchAsync(HttpContext context, FaultStrike strike)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        CancellationToken before = context.RequestAborted;
        var watch = new FaultyWatch(_plan, strike, context, context.Response.Body, end);
        var body = new FaultyBody(watch.WriteAsync, watch.FlushAsync);
        context.RequestAborted = end.Token; // the server ends a watch whose client is gone
        try
        {
            await using (body.ConfigureAwait(false)) await WithBodyAsync(context, body, () => _next(context)).ConfigureAwait(false);
            await watch.EndAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
        }
        finally
        {
            watch.Leave();
            context.RequestAborted = before;
        }
    }

    /// <summary>Runs with another response body in place of the real one.</summary>
    private static async Task WithBodyAsync(HttpContext context, Stream body, Func<Task> run)
    {
        IHttpResponseBodyFeature real = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var replaced = new StreamResponseBodyFeature(body);
        context.Features.Set<IHttpResponseBodyFeature>(replaced);
        try
        {
            await run().ConfigureAwait(false);
            await replaced.CompleteAsync().ConfigureAwait(false);
        }
        finally
        {
            context.Features.Set(real);
        }
    }
}
