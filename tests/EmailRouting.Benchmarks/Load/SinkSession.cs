using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EmailRouting.Benchmarks.Load;

/// <summary>One connection of the sink. What was pipelined is answered in one go (RFC 2920 §3.2).</summary>
internal sealed class SinkSession(Stream transport, SinkOptions options, X509Certificate2? certificate, Action taken) : IDisposable
{
    private readonly byte[] _input = new byte[32 * 1024];
    private readonly MemoryStream _output = new(512);
    private Stream _stream = transport;
    private int _start;
    private int _end;
    private bool _isInMessage;
    private bool _isHanging;
    private bool _isLeaving;
    private bool _startsTls;

    public async Task TalkAsync()
    {
        Answer("220 sink.test ESMTP\r\n"u8);
        while (true)
        {
            await _stream.WriteAsync(_output.GetBuffer().AsMemory(0, (int)_output.Length));
            _output.SetLength(0);
            if (_isLeaving)
            {
                return;
            }

            if (_startsTls)
            {
                await EncryptAsync();
            }

            do
            {
                _input.AsSpan(_start, _end - _start).CopyTo(_input);
                (_start, _end) = (0, _end - _start);
                int read = _end < _input.Length ? await _stream.ReadAsync(_input.AsMemory(_end)) : 0;
                if (read == 0)
                {
                    return;
                }

                _end += read;
                Execute();
            }
            while (_output.Length == 0);
        }
    }

    public void Dispose() => _stream.Dispose();

    private async Task EncryptAsync()
    {
        _startsTls = false;

        // What came in clear text after STARTTLS does not count (RFC 3207 §4.2).
        (_start, _end) = (0, 0);
        var encrypted = new SslStream(_stream, leaveInnerStreamOpen: false);
        _stream = encrypted;
        await encrypted.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate });
    }

    private void Execute()
    {
        while (_isHanging ? Discard() : _isInMessage ? EndMessage() : ExecuteLine())
        {
        }
    }

    private bool Discard()
    {
        _start = _end;
        return false;
    }

    private bool EndMessage()
    {
        ReadOnlySpan<byte> end = "\r\n.\r\n"u8;
        int at = _input.AsSpan(_start, _end - _start).IndexOf(end);
        if (at < 0)
        {
            // The end may have come in part.
            _start = Math.Max(_start, _end - end.Length + 1);
            return false;
        }

        _start += at + end.Length;
        _isInMessage = false;
        taken();
        Answer("250 2.0.0 OK\r\n"u8);
        return true;
    }

    private bool ExecuteLine()
    {
        int length = _input.AsSpan(_start, _end - _start).IndexOf("\r\n"u8);
        if (length < 0 || _isLeaving || _startsTls)
        {
            return false;
        }

        ReadOnlySpan<byte> line = _input.AsSpan(_start, length);
        _start += length + 2;
        bool mustEncrypt = certificate is not null && _stream is not SslStream;
        if (Is(line, "MAIL"u8))
        {
            Answer(mustEncrypt ? "530 5.7.0 Must issue a STARTTLS command first\r\n"u8 : "250 2.1.0 OK\r\n"u8);
        }
        else if (Is(line, "RCPT"u8))
        {
            AnswerRecipient(line);
        }
        else if (Is(line, "DATA"u8))
        {
            // The line end before the message: a dot that follows at once ends it too.
            _start -= 2;
            _isInMessage = true;
            Answer("354 Go ahead\r\n"u8);
        }
        else if (Is(line, "EHLO"u8))
        {
            Answer("250-sink.test\r\n250-PIPELINING\r\n"u8);
            Answer(mustEncrypt ? "250-STARTTLS\r\n250 8BITMIME\r\n"u8 : "250 8BITMIME\r\n"u8);
        }
        else if (Is(line, "STARTTLS"u8) && mustEncrypt)
        {
            _startsTls = true;
            Answer("220 2.0.0 Go ahead\r\n"u8);
        }
        else if (Is(line, "QUIT"u8))
        {
            _isLeaving = true;
            Answer("221 2.0.0 Bye\r\n"u8);
        }
        else
        {
            Answer(Is(line, "HELO"u8) || Is(line, "RSET"u8) || Is(line, "NOOP"u8) ? "250 2.0.0 OK\r\n"u8 : "500 5.5.2 Unknown command\r\n"u8);
        }

        return true;
    }

    private void AnswerRecipient(ReadOnlySpan<byte> line)
    {
        if (!options.HangFor.IsEmpty || !options.DeferFor.IsEmpty)
        {
            string recipient = Encoding.UTF8.GetString(line[(line.IndexOf((byte)'<') + 1)..]).Split('>')[0];
            _isHanging = options.HangFor.Contains(recipient);
            if (_isHanging)
            {
                return;
            }

            if (options.DeferFor.Contains(recipient))
            {
                Answer("450 4.2.1 Try again later\r\n"u8);
                return;
            }
        }

        Answer("250 2.1.5 OK\r\n"u8);
    }

    private static bool Is(ReadOnlySpan<byte> line, ReadOnlySpan<byte> verb) =>
        line.Length >= verb.Length && Ascii.EqualsIgnoreCase(line[..verb.Length], verb);

    private void Answer(ReadOnlySpan<byte> reply) => _output.Write(reply);
}
