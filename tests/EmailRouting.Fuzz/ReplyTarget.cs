using System.Buffers;
using EmailRouting.Smtp;

namespace EmailRouting.Fuzz;

/// <summary>A reply reads alike however it is cut, holds nothing that ends a line, and reads back from what it writes.</summary>
public sealed class ReplyTarget : FuzzTarget
{
    public override string Name => "reply";

    public override void Run(byte[] input, Random random)
    {
        var whole = new ReadOnlySequence<byte>(input);
        ReplyRead read = ReplyParser.TryRead(ref whole, out SmtpReply? reply);

        ReadOnlySequence<byte> cut = Segments.Cut(input, random.Next(input.Length + 1));
        Require(read == ReplyParser.TryRead(ref cut, out SmtpReply? other) && reply == other && whole.Length == cut.Length, "a cut reply is the same reply");
        Require((read == ReplyRead.Complete) == (reply is not null), "only a complete reply is given out");

        if (reply is null)
        {
            Require(whole.Length == input.Length, "nothing is taken without a reply");
            return;
        }

        Require(!reply.ToString().Any(char.IsControl), "a reply is printable");
        _ = EhloFeatures.Parse(reply);

        var output = new ArrayBufferWriter<byte>();
        reply.WriteTo(output);
        var written = new ReadOnlySequence<byte>(output.WrittenMemory);
        Require(ReplyParser.TryRead(ref written, out SmtpReply? again) == ReplyRead.Complete && written.IsEmpty, "a written reply is one whole reply");
        Require(again!.Code == reply.Code && again.Lines.Length == reply.Lines.Length, "what is written reads back");
    }
}
