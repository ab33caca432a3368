namespace GpuScheduler.Cluster;

/// <summary>Orders names as people number things: rack-2 before rack-10. Otherwise ordinal.</summary>
public sealed class NaturalOrder : IComparer<string>
{
    public static readonly NaturalOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> a = x, b = y;

        // Names of neighbours begin alike. A number is compared whole.
        int alike = a.CommonPrefixLength(b);
        while (alike > 0 && char.IsAsciiDigit(a[alike - 1]))
        {
            alike--;
        }

        a = a[alike..];
        b = b[alike..];
        while (a.Length > 0 && b.Length > 0)
        {
            int order;
            if (char.IsAsciiDigit(a[0]) && char.IsAsciiDigit(b[0]))
            {
                ReadOnlySpan<char> one = Number(ref a), other = Number(ref b);
                order = one.Length != other.Length ? one.Length - other.Length : one.SequenceCompareTo(other);
            }
            else
            {
                order = a[0] - b[0];
                a = a[1..];
                b = b[1..];
            }

            if (order != 0)
            {
                return order;
            }
        }

        return a.Length != b.Length ? a.Length - b.Length : string.CompareOrdinal(x, y);
    }

    /// <summary>Takes the digits that a name goes on with, and answers them without leading zeros.</summary>
    private static ReadOnlySpan<char> Number(ref ReadOnlySpan<char> name)
    {
        int length = 1;
        while (length < name.Length && char.IsAsciiDigit(name[length]))
        {
            length++;
        }

        ReadOnlySpan<char> digits = name[..length].TrimStart('0');
        name = name[length..];
        return digits;
    }
}
