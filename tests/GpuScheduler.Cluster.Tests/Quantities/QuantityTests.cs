using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using CsCheck;
using k8s.Models;

namespace GpuScheduler.Cluster.Tests;

public sealed partial class QuantityTests
{
    [TestCase("0", 0, 0)]
    [TestCase("-0", 0, 0)]
    [TestCase("4", 4_000, 4)]
    [TestCase("+4", 4_000, 4)]
    [TestCase("4.", 4_000, 4)]
    [TestCase(".5", 500, 1)]
    [TestCase("250m", 250, 1)]
    [TestCase("1001m", 1_001, 2)]
    [TestCase("-1001m", -1_001, -2)]
    [TestCase("1n", 1, 1)]
    [TestCase("-1n", -1, -1)]
    [TestCase("0.1n", 1, 1)]
    [TestCase("1u", 1, 1)]
    [TestCase("1500u", 2, 1)]
    [TestCase("2k", 2_000_000, 2_000)]
    [TestCase("3M", 3_000_000_000, 3_000_000)]
    [TestCase("1Ki", 1_024_000, 1_024)]
    [TestCase("1.5Gi", 1_610_612_736_000, 1_610_612_736)]
    [TestCase("0.1Ki", 102_400, 103)]
    [TestCase("1e3", 1_000_000, 1_000)]
    [TestCase("1E+3", 1_000_000, 1_000)]
    [TestCase("12e-1", 1_200, 2)]
    [TestCase("1e-999", 1, 1)]
    [TestCase("00000000000000000000000000000001", 1_000, 1)]
    [TestCase("1E", long.MaxValue, 1_000_000_000_000_000_000)]
    [TestCase("7Ei", long.MaxValue, 8_070_450_532_247_928_832)]
    [TestCase("8Ei", long.MaxValue, long.MaxValue)]
    [TestCase("-8Ei", -long.MaxValue, -long.MaxValue)]
    [TestCase("9223372036854775807", long.MaxValue, long.MaxValue)]
    [TestCase("-9223372036854775808", long.MinValue, long.MinValue)]
    [TestCase("1e2147483647", long.MaxValue, long.MaxValue)]
    public void Amounts_are_exact_and_round_away_from_zero(string text, long milli, long units)
    {
        Assert.Multiple(() =>
        {
            Assert.That(Quantity.TryParseMilli(text, out long actualMilli, out string error), Is.True, error);
            Assert.That(actualMilli, Is.EqualTo(milli));
            Assert.That(Quantity.TryParseUnits(text, out long actualUnits, out _), Is.True);
            Assert.That(actualUnits, Is.EqualTo(units));
        });
    }

    // Go's scanner reads the first five as 0, although its grammar asks for a digit; a request that says "Ki" is a mistake.
    [TestCase("", "must begin with a number")]
    [TestCase("+", "must begin with a number")]
    [TestCase(".", "must begin with a number")]
    [TestCase("Ki", "must begin with a number")]
    [TestCase("m", "must begin with a number")]
    [TestCase(" 1", "must begin with a number")]
    [TestCase("--1", "must begin with a number")]
    [TestCase("1 ", "nothing is called \" \"")]
    [TestCase("1ki", "nothing is called \"ki\"")]
    [TestCase("1K", "nothing is called \"K\"")]
    [TestCase("1i", "nothing is called \"i\"")]
    [TestCase("1.1.M", "nothing is called \".M\"")]
    [TestCase("1e", "nothing is called \"e\"")]
    [TestCase("1e3.5", "nothing is called \"e3.5\"")]
    [TestCase("1e3 ", "nothing is called \"e3 \"")]
    [TestCase("1e99999999999", "nothing is called \"e99999999999\"")]
    [TestCase("1,5", "nothing is called \",5\"")]
    [TestCase("٣", "must begin with a number")]
    public void A_malformed_quantity_is_refused_with_the_mend(string text, string message)
    {
        Assert.Multiple(() =>
        {
            Assert.That(Quantity.TryParseUnits(text, out long units, out string error), Is.False);
            Assert.That(units, Is.Zero);
            Assert.That(error, Does.Contain(message).And.Contain("\"" + text + "\""));
            Assert.That(Quantity.TryParseMilli(text, out _, out _), Is.False);
        });
    }

    private static Gen<string> Pick(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static readonly Gen<string> Suffix = Gen.OneOf(
        Pick("", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"),
        Gen.Select(Pick("e", "E"), Pick("", "+", "-"), Gen.Int[0, 40], (e, s, x) => $"{e}{s}{x}"));

    private static readonly Gen<string> WellFormed = Gen.Select(
        Pick("", "+", "-"), Gen.Char["0123456789"].Array[1, 25], Gen.Char["0123456789"].Array[0, 25], Gen.Bool, Suffix,
        (sign, whole, fraction, point, suffix) => sign + new string(whole) + (point ? "." + new string(fraction) : "") + suffix);

    private static readonly Gen<string> Noise = Gen.Char["0123456789.+-eEinumkKMGTP ,x"].Array[0, 8].Select(c => new string(c));

    [Test]
    public void Any_text_is_read_as_the_grammar_says_with_big_integers() =>
        Gen.OneOf(WellFormed, Noise).Sample(text =>
        {
            bool expected = TryReference(text, 3, out long milli);
            TryReference(text, 0, out long units);
            return Quantity.TryParseMilli(text, out long actualMilli, out _) == expected && actualMilli == milli
                && Quantity.TryParseUnits(text, out long actualUnits, out _) == expected && actualUnits == units;
        }, iter: 20_000);

    // KubernetesClient holds a quantity as a decimal; where that fits, both must see the same amount.
    private static readonly Gen<string> Ordinary = Gen.Select(
        Pick("", "-"), Gen.Int[0, 999_999], Gen.Int[0, 9_999],
        Pick("", "n", "u", "m", "k", "M", "G", "T", "Ki", "Mi", "Gi", "Ti", "e3", "E-3"),
        (sign, whole, fraction, suffix) => $"{sign}{whole}.{fraction:0000}{suffix}");

    [Test]
    public void KubernetesClient_reads_the_same_amount() =>
        Ordinary.Sample(text =>
        {
            decimal oracle = new ResourceQuantity(text).ToDecimal();
            decimal expected = oracle < 0 ? -Math.Ceiling(-oracle * 1000) : Math.Ceiling(oracle * 1000);
            return Quantity.TryParseMilli(text, out long milli, out _)
                && Math.Max(milli, -long.MaxValue) == Math.Clamp(expected, -long.MaxValue, long.MaxValue);
        }, iter: 5_000);

    // KubernetesClient leaves the grammar here; Go counts. It also takes -8Ei for -2^63, which Go caps at -(2^63 - 1).
    [TestCase(" 1")]
    [TestCase("1 Ki")]
    [TestCase("1,0")]
    public void What_only_KubernetesClient_reads_is_refused(string text)
    {
        Assert.That(() => new ResourceQuantity(text), Throws.Nothing);
        Assert.That(Quantity.TryParseUnits(text, out _, out _), Is.False);
    }

    [Test]
    public void KubernetesClient_writes_the_same_canonical_text() =>
        Gen.OneOf(Gen.Int[0, int.MaxValue].Select(i => (long)i), Gen.Int[0, 9_999].Select(i => (long)i << 20), Gen.Int[0, 999].Select(i => i * 1000L)).Sample(value =>
            Quantity.FormatMilli(value) == new ResourceQuantity(value, -3, ResourceQuantity.SuffixFormat.DecimalSI).CanonicalizeString()
            && Quantity.FormatBytes(value) == new ResourceQuantity(value, 0, ResourceQuantity.SuffixFormat.BinarySI).CanonicalizeString());

    [TestCase(0, "0")]
    [TestCase(250, "250m")]
    [TestCase(4_000, "4")]
    [TestCase(-1_500, "-1500m")]
    [TestCase(2_000_000, "2k")]
    [TestCase(long.MinValue, "-9223372036854775808m")]
    public void Milli_are_written_canonically(long milli, string text) => Assert.That(Quantity.FormatMilli(milli), Is.EqualTo(text));

    [TestCase(0, "0")]
    [TestCase(1000, "1k")]
    [TestCase(1023, "1023")]
    [TestCase(1024, "1Ki")]
    [TestCase(1025, "1025")]
    [TestCase(17_179_869_184, "16Gi")]
    [TestCase(1_610_612_736, "1536Mi")]
    [TestCase(-2048, "-2Ki")]
    public void Bytes_are_written_canonically(long bytes, string text) => Assert.That(Quantity.FormatBytes(bytes), Is.EqualTo(text));

    [Test]
    public void What_is_written_reads_back() =>
        Gen.OneOf(Gen.Long, Gen.Int.Select(i => (long)i << 20)).Sample(value =>
            Quantity.TryParseMilli(Quantity.FormatMilli(value), out long milli, out _) && milli == value
            && Quantity.TryParseUnits(Quantity.FormatBytes(value), out long bytes, out _) && bytes == Math.Max(value, -long.MaxValue));

    [Test]
    public void Reading_allocates_nothing()
    {
        bool read = Quantity.TryParseUnits("1.5Gi", out _, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            read &= Quantity.TryParseUnits("1.5Gi", out _, out _) && Quantity.TryParseMilli("250m", out _, out _);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That((read, allocated), Is.EqualTo((true, 0L)));
    }

    [GeneratedRegex("^(?<sign>[+-]?)(?<whole>[0-9]*)(\\.(?<fraction>[0-9]*))?(?<suffix>|[numkMGTPE]|[KMGTPE]i|[eE](?<exponent>[+-]?[0-9]+))\\z")]
    private static partial Regex Grammar { get; }

    private static bool TryReference(string text, int scale, out long amount)
    {
        amount = 0;
        Match match = Grammar.Match(text);
        string digits = match.Groups["whole"].Value + match.Groups["fraction"].Value;
        if (!match.Success || digits.Length == 0)
        {
            return false;
        }

        string suffix = match.Groups["suffix"].Value;
        bool binary = suffix.EndsWith('i');
        int power = scale - match.Groups["fraction"].Length;
        BigInteger number = BigInteger.Parse(digits, CultureInfo.InvariantCulture);
        if (match.Groups["exponent"].Success)
        {
            power += int.Parse(match.Groups["exponent"].Value, CultureInfo.InvariantCulture);
        }
        else if (binary)
        {
            number <<= 10 * (" KMGTPE".IndexOf(suffix[0], StringComparison.Ordinal));
        }
        else if (suffix.Length > 0)
        {
            power += (3 * "num kMGTPE".IndexOf(suffix[0], StringComparison.Ordinal)) - 9;
        }

        BigInteger magnitude;
        if (number.IsZero || power > 100)
        {
            magnitude = number * long.MaxValue;
        }
        else if (power >= 0)
        {
            magnitude = number * BigInteger.Pow(10, power);
        }
        else if (power < -1000)
        {
            magnitude = 1;
        }
        else
        {
            BigInteger divisor = BigInteger.Pow(10, -power);
            magnitude = (number + divisor - 1) / divisor;
        }

        bool negative = match.Groups["sign"].Value == "-";
        BigInteger limit = negative && !binary ? -(BigInteger)long.MinValue : long.MaxValue;
        magnitude = BigInteger.Min(magnitude, limit);
        amount = (long)(negative ? -magnitude : magnitude);
        return true;
    }
}
