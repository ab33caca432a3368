namespace GpuScheduler.Manifests;

/// <summary>Names that look like those of controllers, but are the same for the same input.</summary>
internal static class PodNames
{
    // Kubernetes leaves out vowels and what looks like another letter.
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";
    private const int SuffixLength = 5;
    private const int HashLength = 9;

    // 27 to the power of 5, and a step without a common divisor with it: no suffix comes twice before all have come.
    private const ulong Suffixes = 14_348_907;
    private const ulong Step = 5_479_001;

    /// <summary><c>name-x7k2p</c>.</summary>
    public static string WithSuffix(string name, string space, int index) =>
        $"{name}-{Encode((Hash(space, name) % Suffixes + ((ulong)index * Step)) % Suffixes, SuffixLength)}";

    /// <summary>What stands for a Deployment's pod template hash.</summary>
    public static string TemplateHash(string space, string name) => Encode(Hash(space, name), HashLength);

    private static string Encode(ulong number, int length) => string.Create(length, number, static (text, rest) =>
    {
        foreach (ref char c in text)
        {
            (rest, ulong digit) = Math.DivRem(rest, (ulong)Alphabet.Length);
            c = Alphabet[(int)digit];
        }
    });

    /// <summary>FNV-1a.</summary>
    private static ulong Hash(string space, string name)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in $"{space}/{name}")
        {
            hash = (hash ^ c) * 1099511628211;
        }

        return hash;
    }
}
