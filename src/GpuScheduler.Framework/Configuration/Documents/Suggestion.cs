namespace GpuScheduler.Framework;

/// <summary>The name that a person probably meant.</summary>
public static class Suggestion
{
    /// <summary>The nearest of <paramref name="known"/>, or null where none is near: at most a third of its letters differ, upper and lower case being alike.</summary>
    public static string? For(string written, IEnumerable<string> known)
    {
        string? best = null;
        int bestDistance = int.MaxValue;
        foreach (string name in known)
        {
            int distance = Distance(written.ToLowerInvariant(), name.ToLowerInvariant());
            if (distance < bestDistance && distance <= Math.Max(1, name.Length / 3))
            {
                (best, bestDistance) = (name, distance);
            }
        }

        return best;
    }

    /// <summary>A question to end a message with: <c>; did you mean "profiles"?</c>, or else <paramref name="otherwise"/>.</summary>
    public static string Ask(string written, IEnumerable<string> known, string otherwise) =>
        For(written, known) is { } name ? $"; did you mean \"{name}\"?" : otherwise;

    /// <summary>Letters to insert, remove, replace or swap with their neighbour (optimal string alignment).</summary>
    private static int Distance(string a, string b)
    {
        // Far apart in length is far apart; it also bounds the work on absurd input.
        if (Math.Abs(a.Length - b.Length) > Math.Max(1, b.Length / 3))
        {
            return int.MaxValue;
        }

        int[,] d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }

                int cost = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
