using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using EmailRouting.Mail;
using Xunit;

namespace EmailRouting.Tests.Mail;

public sealed class ContentWriterTests : IDisposable
{
    private readonly string _spool = Directory.CreateTempSubdirectory("spool").FullName;
    private readonly MemoryBudget _budget = new(4 * 1024 * 1024);

    public void Dispose() => Directory.Delete(_spool, recursive: true);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(8 * 1024, 1000)]
    [InlineData(8 * 1024 + 1, 1000)]
    [InlineData(256 * 1024, 5000)]
    [InlineData(256 * 1024 + 1, 5000)]
    [InlineData(3_000_000, 60_000)]
    public async Task What_is_written_is_what_is_read_whatever_its_size(int size, int step)
    {
        byte[] message = Message(size);
        (MessageContent content, _) = await WriteAsync(message, step);
        using (content)
        {
            Assert.Equal(size, content.Length);
            Assert.Equal(SHA256.HashData(message), content.Facts.Sha256);
            Assert.Equal(size > ContentWriter.SpillAt, content.Path is not null);
            await using Stream stream = content.OpenRead();
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy, TestContext.Current.CancellationToken);
            Assert.Equal(message, copy.ToArray());
        }
    }

    [Fact]
    public async Task The_budget_and_the_spool_are_as_before_when_the_last_holder_is_done()
    {
        (MessageContent content, _) = await WriteAsync(Message(1_000_000), 10_000);
        content.Retain();
        content.Dispose();
        Assert.NotEmpty(Directory.GetFiles(_spool));
        content.Dispose();
        Assert.Equal(0, _budget.Used);
        Assert.Empty(Directory.GetFiles(_spool));
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(100_000)]
    public async Task Nobody_reads_a_message_whose_last_holder_is_done(int size)
    {
        (MessageContent content, _) = await WriteAsync(Message(size), 1000);
        Stream stream = content.OpenRead();
        await stream.DisposeAsync();
        content.Dispose();

        Assert.Throws<ObjectDisposedException>(() => content.TryGetMemory(out _));
        Assert.Throws<ObjectDisposedException>(content.OpenRead);
        Assert.Throws<ObjectDisposedException>(content.Retain);
        Assert.Throws<ObjectDisposedException>(() => stream.ReadByte());
    }

    [Theory]
    [InlineData(5_000, 5_000)]
    [InlineData(100_000, 16 * 1024 + 32 * 1024 + 64 * 1024)]
    [InlineData(1_000_000, 0)]
    public async Task The_budget_counts_what_a_message_lies_in(int size, int counted)
    {
        (MessageContent content, _) = await WriteAsync(Message(size), 1000);
        Assert.Equal(counted, _budget.Used);
        content.Dispose();
        Assert.Equal(0, _budget.Used);
    }

    [Fact]
    public async Task A_message_for_which_memory_is_short_goes_on_in_a_file()
    {
        Assert.True(_budget.TryReserve(4 * 1024 * 1024 - 10_000));
        byte[] message = Message(100_000);
        (MessageContent content, _) = await WriteAsync(message, 1000);
        using (content)
        {
            Assert.NotNull(content.Path);
            Assert.Equal(message, await File.ReadAllBytesAsync(content.Path, TestContext.Current.CancellationToken));
        }
    }

    [Theory]
    [InlineData("A: b\r\n\r\nbody\r\n", false, false)]
    [InlineData("A: b\r\n\r\nbod\u00ff\r\n", true, false)]
    [InlineData("A: \u00ff\r\n\r\nbody\r\n", true, true)]
    [InlineData("\r\nbod\u00ff\r\n", true, false)]
    public async Task Octets_over_127_are_seen_and_where_they_are(string text, bool anywhere, bool inHeader)
    {
        (MessageContent content, _) = await WriteAsync(Encoding.Latin1.GetBytes(text), 3);
        using (content)
        {
            Assert.Equal((anywhere, inHeader), (content.Facts.HasEightBit, content.Facts.HasEightBitHeader));
        }
    }

    [Fact]
    public async Task A_message_that_went_round_has_the_identity_it_had()
    {
        const string message = "Message-ID: <1@x>\r\nFrom: a@x\r\nSubject: folded\r\n subject\r\n\r\nbody\r\n";
        HeaderFacts first = (await WriteAsync(Encoding.ASCII.GetBytes(message), 7)).Header;
        HeaderFacts again = (await WriteAsync(Encoding.ASCII.GetBytes("Received: from a\r\n by b\r\nX-Added: 1\r\n" + message), 7)).Header;
        HeaderFacts other = (await WriteAsync(Encoding.ASCII.GetBytes(message + "more\r\n"), 7)).Header;

        Assert.Equal(first.Identity, again.Identity);
        Assert.NotEqual(first.Identity, other.Identity);
        Assert.Equal((0, 1), (first.ReceivedLines, again.ReceivedLines));
    }

    [Fact]
    public async Task Without_a_Message_ID_every_octet_counts()
    {
        HeaderFacts first = (await WriteAsync("Subject: a\r\n\r\nbody\r\n"u8.ToArray(), 7)).Header;
        HeaderFacts other = (await WriteAsync("X: 1\r\nSubject: a\r\n\r\nbody\r\n"u8.ToArray(), 7)).Header;
        Assert.NotEqual(first.Identity, other.Identity);
    }

    private async Task<(MessageContent Content, HeaderFacts Header)> WriteAsync(byte[] message, int step)
    {
        var writer = new ContentWriter(_budget, _spool);
        for (int i = 0; i < message.Length; i += step)
        {
            writer.Write(message.AsSpan(i, Math.Min(step, message.Length - i)));
            await writer.SpillAsync(TestContext.Current.CancellationToken);
        }

        return await writer.CompleteAsync(TestContext.Current.CancellationToken);
    }

    private static byte[] Message(int size)
    {
        byte[] message = new byte[size];
        new Random(size).NextBytes(message);
        return message;
    }
}
