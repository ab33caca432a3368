using System.Net.Http.Headers;
using System.Text.Json;

namespace GpuScheduler.Kubernetes;

/// <summary>Reads what the API server says about a request that did not succeed.</summary>
internal static class ApiFailure
{
    /// <summary>The <c>message</c> of a Status, or the start of whatever came; empty for success.</summary>
    public static async Task<string> MessageAsync(HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode)
        {
            return "";
        }

        string text = await response.Content.ReadAsStringAsync().ConfigureAwait(false);
        try
        {
            using JsonDocument status = JsonDocument.Parse(text);
            if (status.RootElement.ValueKind == JsonValueKind.Object && status.RootElement.TryGetProperty("message", out JsonElement message)
                && message.ValueKind == JsonValueKind.String)
            {
                return message.GetString()!;
            }
        }
        catch (JsonException)
        {
            // Not from the API server itself: a proxy, perhaps.
        }

        return $"{(int)response.StatusCode} {response.ReasonPhrase}: {text[..Math.Min(text.Length, 200)]}";
    }

    /// <summary>How long the server asks to wait; null where it says nothing.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time)
    {
        RetryConditionHeaderValue? header = response.Headers.RetryAfter;
        return header?.Delta ?? (header?.Date is { } date ? Max(date - time.GetUtcNow(), TimeSpan.Zero) : null);
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
