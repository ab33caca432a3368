using System.Text;
using CsCheck;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>Entries of maps, as API servers write them and as nobody does.</summary>
internal sealed class ProtobufEntryTests
{
    [Test]
    public void Key_and_value_are_read_whatever_their_lengths_and_order() =>
        Gen.Select(Gen.String[0, 300], Gen.String[0, 300], Gen.Bool, Gen.Bool).Sample((key, value, isValueFirst, hasOther) =>
        {
            byte[] first = Field(1, key), second = Field(2, value), other = hasOther ? Field(3, "x") : [];
            byte[] message = isValueFirst ? [.. second, .. other, .. first] : [.. first, .. second, .. other];
            ProtobufEntry entry = ProtobufEntry.Of(message);
            return entry.Key.SequenceEqual(Utf8(key)) && entry.Value.SequenceEqual(Utf8(value));
        });

    [Test]
    public void Of_two_keys_the_last_counts_and_what_is_missing_is_empty()
    {
        ProtobufEntry entry = ProtobufEntry.Of([.. Field(1, "a"), .. Field(1, "b")]);
        Assert.That(Encoding.UTF8.GetString(entry.Key), Is.EqualTo("b"));
        Assert.That(entry.Value.IsEmpty, Is.True);
        Assert.That(ProtobufEntry.Of(Field(2, "v")).Key.IsEmpty, Is.True);
    }

    [Test]
    public void An_entry_cut_short_is_refused()
    {
        byte[] whole = [.. Field(1, "key"), .. Field(2, "value")];
        for (int length = 1; length < whole.Length; length++)
        {
            byte[] cut = whole[..length];
            if (length != Field(1, "key").Length)
            {
                Assert.That(() => ProtobufEntry.Of(cut), Throws.TypeOf<InvalidDataException>(), $"{length}");
            }
        }
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Field(int number, string text)
    {
        byte[] content = Utf8(text);
        byte[] length = content.Length < 0x80 ? [(byte)content.Length] : [(byte)(content.Length | 0x80), (byte)(content.Length >> 7)];
        return [(byte)(number << 3 | 2), .. length, .. content];
    }
}
