using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmailRouting.Testing;

/// <summary>A name server on 127.0.0.1, over UDP and TCP, that answers what it is told. What it is not told about is NXDOMAIN.</summary>
public sealed class ScriptedNameServer : IAsyncDisposable
{
    private const int HeaderLength = 12;
    private static readonly string[] Types = ["A 1", "CNAME 5", "SOA 6", "PTR 12", "MX 15", "TXT 16", "AAAA 28"];

    private readonly ConcurrentDictionary<string, NameServerReply> _replies = new(StringComparer.OrdinalIgnoreCase);
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _udp;
    private readonly TcpListener _tcp;
    private readonly Task[] _serving;

    public ScriptedNameServer()
    {
        (_udp, _tcp) = Bind();
        EndPoint = (IPEndPoint)_udp.LocalEndPoint!;
        _serving = [ServeUdpAsync(), ServeTcpAsync()];
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Every question with its transport, in the order they came: <c>udp MX example.com</c>.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <param name="question">Such as <c>MX example.com</c>.</param>
    /// <param name="reply">From now on.</param>
    public ScriptedNameServer On(string question, NameServerReply reply)
    {
        _replies[question] = reply;
        return this;
    }

    /// <summary>Success, with these records or, without any, NODATA.</summary>
    public ScriptedNameServer On(string question, params string[] lines) => On(question, new NameServerReply.Answer(0, lines));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _tcp.Stop();
        _udp.Dispose();
        await Task.WhenAll(_serving);
        _stop.Dispose();
    }

    // One port for both: what is free for UDP may be taken for TCP by somebody else on this machine.
    private static (Socket Udp, TcpListener Tcp) Bind()
    {
        while (true)
        {
            var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var tcp = new TcpListener((IPEndPoint)udp.LocalEndPoint!);
            try
            {
                tcp.Start();
                return (udp, tcp);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                udp.Dispose();
                tcp.Dispose();
            }
        }
    }

    private async Task ServeUdpAsync()
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (true)
            {
                SocketReceiveFromResult received = await _udp.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                if (Reply(buffer.AsSpan(0, received.ReceivedBytes), "udp") is { } reply)
                {
                    await _udp.SendToAsync(reply, SocketFlags.None, received.RemoteEndPoint, _stop.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeTcpAsync()
    {
        try
        {
            while (true)
            {
                using Socket socket = await _tcp.AcceptSocketAsync(_stop.Token);
                await TalkAsync(socket);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Disposed.
        }
    }

    private async Task TalkAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: false);
        try
        {
            byte[] length = new byte[2];
            await stream.ReadExactlyAsync(length, _stop.Token);
            byte[] question = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
            await stream.ReadExactlyAsync(question, _stop.Token);
            if (Reply(question, "tcp") is { } reply)
            {
                byte[] framed = new byte[reply.Length + 2];
                BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)reply.Length);
                reply.CopyTo(framed, 2);
                await stream.WriteAsync(framed, _stop.Token);
            }
        }
        catch (IOException)
        {
            // The client went.
        }
    }

    private byte[]? Reply(ReadOnlySpan<byte> query, string transport)
    {
        (string name, int type, int end) = ReadQuestion(query);
        string question = $"{TypeName(type)} {name}";
        Asked.Enqueue($"{transport} {question}");
        return _replies.GetValueOrDefault(question, new NameServerReply.Answer(3)) switch
        {
            NameServerReply.Answer answer => Message(query[..end], answer.Code, isTruncated: false, answer.Lines),
            NameServerReply.OnlyOverTcp answer when transport == "tcp" => Message(query[..end], 0, isTruncated: false, answer.Lines),
            NameServerReply.OnlyOverTcp or NameServerReply.TruncatedForEver when transport == "udp" => Message(query[..end], 0, isTruncated: true, []),
            NameServerReply.Raw { KeepsId: true } raw => [.. query[..2], .. raw.Octets],
            NameServerReply.Raw raw => raw.Octets,
            _ => null,
        };
    }

    private static (string Name, int Type, int End) ReadQuestion(ReadOnlySpan<byte> query)
    {
        var labels = new List<string>();
        int at = HeaderLength;
        while (query[at] != 0)
        {
            labels.Add(Encoding.ASCII.GetString(query.Slice(at + 1, query[at])));
            at += query[at] + 1;
        }

        return (string.Join('.', labels), BinaryPrimitives.ReadUInt16BigEndian(query[(at + 1)..]), at + 5);
    }

    private static byte[] Message(ReadOnlySpan<byte> question, int code, bool isTruncated, string[] lines)
    {
        byte[] head = question.ToArray();

        // A response, recursion desired and available; one question, these answers, nothing else.
        head[2] = (byte)(0x81 | (isTruncated ? 0x02 : 0));
        head[3] = (byte)(0x80 | code);
        head.AsSpan(4, 8).Clear();
        head[5] = 1;
        string[] authorities = Array.FindAll(lines, line => line.Split(' ')[1] == "SOA");
        string[] answers = [.. lines.Except(authorities)];
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(6), (ushort)answers.Length);
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(8), (ushort)authorities.Length);
        return [.. head, .. answers.SelectMany(Record), .. authorities.SelectMany(Record)];
    }

    private static byte[] Record(string line)
    {
        // "name@60" has a TTL of its own.
        string[] parts = line.Split(' ', 3);
        int seconds = parts[0].Split('@') is [_, var ttl] ? int.Parse(ttl, CultureInfo.InvariantCulture) : 300;
        byte[] data = Data(parts[1], parts[2]);
        byte[] fixedPart = new byte[10];
        BinaryPrimitives.WriteUInt16BigEndian(fixedPart, (ushort)TypeNumber(parts[1]));
        fixedPart[3] = 1;
        BinaryPrimitives.WriteInt32BigEndian(fixedPart.AsSpan(4), seconds);
        BinaryPrimitives.WriteUInt16BigEndian(fixedPart.AsSpan(8), (ushort)data.Length);
        return [.. Name(parts[0].Split('@')[0]), .. fixedPart, .. data];
    }

    private static byte[] Data(string type, string text) => type switch
    {
        "A" or "AAAA" => IPAddress.Parse(text).GetAddressBytes(),
        "MX" => [0, byte.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture), .. Name(text.Split(' ')[1])],

        // Strings are separated by a bar, since a text may have spaces.
        // A string has 255 octets at most; what is longer goes into several.
        "TXT" => [.. text.Split('|').SelectMany(part => part.Length == 0 ? [[]] : Encoding.UTF8.GetBytes(part).Chunk(255)).SelectMany(octets => (byte[])[(byte)octets.Length, .. octets])],

        // Its minimum; nobody asks for the rest.
        "SOA" => [.. Name("ns"), .. Name("hostmaster"), .. new byte[16], .. Octets(int.Parse(text, CultureInfo.InvariantCulture))],
        _ => Name(text),
    };

    private static byte[] Octets(int number)
    {
        byte[] octets = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(octets, number);
        return octets;
    }

    private static byte[] Name(string name) =>
        [.. name.Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];

    private static string TypeName(int number) =>
        Array.Find(Types, type => type.Split(' ')[1] == number.ToString(CultureInfo.InvariantCulture))?.Split(' ')[0] ?? $"TYPE{number}";

    private static int TypeNumber(string name) =>
        int.Parse(Array.Find(Types, type => type.Split(' ')[0] == name)!.Split(' ')[1], CultureInfo.InvariantCulture);
}
