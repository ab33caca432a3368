using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace GpuScheduler.Emulator;

/// <summary>The parameters of a watch.</summary>
/// <param name="Version">As asked: empty, 0 or a version.</param>
/// <param name="SendsInitialEvents">Null where the request does not say.</param>
internal sealed record WatchRequest(Selection Selection, string Version, bool AllowsBookmarks, bool? SendsInitialEvents, TimeSpan? Timeout)
{
    public static WatchRequest Parse(ApiPath path, IQueryCollection query)
    {
        string initial = query["sendInitialEvents"].ToString(), match = query["resourceVersionMatch"].ToString();
        if (initial.Length > 0 && match != "NotOlderThan") throw Refuse(path, "resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        if (initial.Length == 0 && match.Length > 0) throw Refuse(path, "resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
        TimeSpan? timeout = int.TryParse(query["timeoutSeconds"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds > 0 ? TimeSpan.FromSeconds(seconds) : null;
        var selection = Selection.Of(path, query);
        if (path.Name.Length > 0) selection = selection with { Fields = FieldSelector.Parse("metadata.name=" + path.Name, path.Resource) };
        return new WatchRequest(selection, query["resourceVersion"].ToString(), IsTrue(query["allowWatchBookmarks"].ToString()), initial.Length == 0 ? null : IsTrue(initial), timeout);
    }

    public static bool IsTrue(string text) => text is "true" or "1" or "True" or "t";

    private static ApiStatusException Refuse(ApiPath path, string field, string why)
    {
        FieldError[] errors = [FieldError.Forbidden(field, why)];
        return new ApiStatusException(422, "Invalid", $"ListOptions.meta.k8s.io \"\" is invalid: {errors[0]}", new System.Text.Json.Nodes.JsonObject
        {
            ["group"] = "meta.k8s.io",
            ["kind"] = "ListOptions",
            ["causes"] = ApiError.Causes(errors),
            ["name"] = path.Name,
        });
    }
}
