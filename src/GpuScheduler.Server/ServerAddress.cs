using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace GpuScheduler.Server;

/// <summary>Where to listen: <c>127.0.0.1:10251</c>, <c>[::1]:10251</c>, or <c>:10251</c> for all interfaces. Port 0 lets the system choose.</summary>
public sealed record ServerAddress(IPAddress Address, int Port)
{
    /// <summary>Reads an address as a flag gives it; <c>0</c> or nothing means not to listen, which gives null.</summary>
    /// <param name="text">The flag's value.</param>
    /// <param name="flag">The flag, for the message.</param>
    /// <param name="address">The address; null for none.</param>
    /// <param name="error">What is wrong, and the mend.</param>
    public static bool TryParse(string text, string flag, out ServerAddress? address, [NotNullWhen(false)] out string? error)
    {
        address = null;
        error = null;
        if (text is "" or "0")
        {
            return true;
        }

        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? "" : text[..colon];
        if (int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port <= IPEndPoint.MaxPort
            && TryAddress(host, out IPAddress? ip) && colon >= 0)
        {
            address = new ServerAddress(ip, port);
            return true;
        }

        error = $"{flag} \"{text}\" is not an address: write an IP address and a port such as 127.0.0.1:10251, :10251 for all interfaces, or 0 for none";
        return false;
    }

    public override string ToString() => new IPEndPoint(Address, Port).ToString();

    private static bool TryAddress(string host, [NotNullWhen(true)] out IPAddress? address)
    {
        address = host switch
        {
            "" => IPAddress.IPv6Any,
            "localhost" => IPAddress.Loopback,
            _ => null,
        };
        bool isBracketed = host.StartsWith('[') && host.EndsWith(']');
        return address is not null || (isBracketed == host.Contains(':', StringComparison.Ordinal) && IPAddress.TryParse(host, out address));
    }
}
