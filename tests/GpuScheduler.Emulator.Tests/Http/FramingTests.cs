using System.Buffers;
using System.Buffers.Binary;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator.Tests;

/// <summary>The framing around protobuf messages. The messages themselves are the transcoder's: here they are the JSON text, so that they can be read.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class FramingTests
{
    private static readonly EmulatorOptions Options = new() { Transcoder = new TextTranscoder() };

    [Test]
    public async Task An_object_is_asked_for_and_sent_in_an_envelope()
    {
        await using Api api = await Api.StartAsync(Options);
        await api.CreateAsync(Api.Pods, Api.Pod("a"));
        byte[] bytes = await GetAsync(api, Api.Pods + "/a");
        Assert.That(Open(bytes), Does.StartWith("v1 Pod {\"kind\":\"Pod\","));
        using var request = new HttpRequestMessage(HttpMethod.Post, Api.Pods) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace("\"name\":\"a\"", "\"name\":\"b\""))) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.kubernetes.protobuf");
        using HttpResponseMessage answer = await api.Client.SendAsync(request);
        Assert.That((int)answer.StatusCode, Is.EqualTo(400), "a resourceVersion must not be set: the body was read");
    }

    [Test]
    public async Task A_list_is_one_message_of_metadata_and_items()
    {
        await using Api api = await Api.StartAsync(Options);
        await api.CreateAsync(Api.Pods, Api.Pod("a"));
        await api.CreateAsync(Api.Pods, Api.Pod("b"));
        (string type, byte[] raw) = Unwrap(await GetAsync(api, Api.Pods));
        Assert.That(type, Is.EqualTo("v1 PodList"));
        (int Number, byte[] Value)[] fields = Fields(raw);
        Assert.That(fields.Select(field => field.Number), Is.EqualTo(new[] { 1, 2, 2 }));
        Assert.That(Encoding.UTF8.GetString(Fields(fields[0].Value).Single(field => field.Number == 2).Value), Is.EqualTo($"{api.Server.Cluster.Version}"));
        Assert.That((string?)JsonNode.Parse(fields[2].Value)!["metadata"]!["name"], Is.EqualTo("b"));
    }

    [Test]
    public async Task A_watch_is_frames_of_a_length_and_an_event()
    {
        await using Api api = await Api.StartAsync(Options);
        await api.CreateAsync(Api.Pods, Api.Pod("a"));
        using var request = new HttpRequestMessage(HttpMethod.Get, Api.Pods + "?watch=1&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan");
        request.Headers.Accept.ParseAdd("application/vnd.kubernetes.protobuf;stream=watch");
        using HttpResponseMessage answer = await api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.That(answer.Content.Headers.ContentType!.ToString().Replace(" ", ""), Is.EqualTo("application/vnd.kubernetes.protobuf;stream=watch"));
        await using Stream stream = await answer.Content.ReadAsStreamAsync();
        Assert.That(await FrameAsync(stream), Does.StartWith("ADDED v1 Pod {\"kind\":\"Pod\""));
        Assert.That(await FrameAsync(stream), Does.StartWith("BOOKMARK v1 Pod ").And.Contain("initial-events-end"));
    }

    [Test]
    public async Task A_kind_without_a_protobuf_form_is_sent_as_json_to_who_accepts_that_too()
    {
        await using Api api = await Api.StartAsync(Options);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/configmaps");
        request.Headers.Accept.ParseAdd("application/vnd.kubernetes.protobuf");
        request.Headers.Accept.ParseAdd("application/json");
        using HttpResponseMessage answer = await api.Client.SendAsync(request);
        Assert.That(answer.Content.Headers.ContentType!.ToString(), Is.EqualTo("application/json"));
    }

    private static async Task<byte[]> GetAsync(Api api, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("application/vnd.kubernetes.protobuf");
        using HttpResponseMessage answer = await api.Client.SendAsync(request);
        Assert.That(answer.Content.Headers.ContentType!.ToString(), Is.EqualTo("application/vnd.kubernetes.protobuf"));
        return await answer.Content.ReadAsByteArrayAsync();
    }

    private static async Task<string> FrameAsync(Stream stream)
    {
        byte[] length = new byte[4];
        await stream.ReadExactlyAsync(length);
        byte[] frame = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        await stream.ReadExactlyAsync(frame);
        (int Number, byte[] Value)[] fields = Fields(frame);
        return $"{Encoding.UTF8.GetString(fields[0].Value)} {Open(Fields(fields[1].Value)[0].Value)}";
    }

    private static string Open(byte[] envelope)
    {
        (string type, byte[] raw) = Unwrap(envelope);
        return $"{type} {Encoding.UTF8.GetString(raw)}";
    }

    private static (string Type, byte[] Raw) Unwrap(byte[] envelope)
    {
        Assert.That(envelope.AsSpan(0, 4).SequenceEqual("k8s\0"u8), Is.True);
        (int Number, byte[] Value)[] fields = Fields(envelope[4..]);
        (int Number, byte[] Value)[] type = Fields(fields[0].Value);
        return ($"{Encoding.UTF8.GetString(type[0].Value)} {Encoding.UTF8.GetString(type[1].Value)}", fields[1].Value);
    }

    private static (int Number, byte[] Value)[] Fields(byte[] message)
    {
        var fields = new List<(int, byte[])>();
        for (int at = 0; at < message.Length;)
        {
            int tag = message[at++], length = 0, shift = 0, part;
            do
            {
                part = message[at++];
                length |= (part & 0x7f) << shift;
                shift += 7;
            }
            while (part >= 0x80);
            fields.Add((tag >> 3, message[at..(at + length)]));
            at += length;
        }

        return [.. fields];
    }

    private sealed class TextTranscoder : IObjectTranscoder
    {
        public bool TryEncode(string apiVersion, string kind, ReadOnlySpan<byte> json, IBufferWriter<byte> message)
        {
            if (kind == "ConfigMap") return false;
            message.Write(json);
            return true;
        }

        public bool TryDecode(string apiVersion, string kind, ReadOnlySpan<byte> message, IBufferWriter<byte> json)
        {
            json.Write(message);
            return true;
        }
    }
}
