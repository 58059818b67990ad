using EmailRouting.Smtp;

namespace EmailRouting.Delivery;

/// <summary>Short replies that a host has given on a connection. It gives the same to every message, and they are read once.</summary>
/// <remarks>
/// A reply ends with the first line that is no continuation, so octets that begin with a whole one mean that one, whatever follows. What is heard again moves to the front;
/// what is new takes the last place, so replies that name a message push out each other and nothing else.
/// </remarks>
internal sealed class HeardReplies
{
    private const int Longest = 128;
    private readonly (byte[] Octets, SmtpReply Reply)[] _heard = new (byte[], SmtpReply)[8];
    private int _count;

    /// <param name="input">That has not been read yet.</param>
    /// <param name="length">Of the reply, in octets.</param>
    /// <returns>Null where it does not begin with a reply that was heard before.</returns>
    public SmtpReply? Find(ReadOnlySpan<byte> input, out int length)
    {
        for (int i = 0; i < _count; i++)
        {
            (byte[] octets, SmtpReply reply) = _heard[i];
            if (input.StartsWith(octets))
            {
                _heard.AsSpan(0, i).CopyTo(_heard.AsSpan(1));
                _heard[0] = (octets, reply);
                length = octets.Length;
                return reply;
            }
        }

        length = 0;
        return null;
    }

    /// <param name="octets">One whole reply, with its line end.</param>
    /// <param name="reply">What it says.</param>
    public void Keep(ReadOnlySpan<byte> octets, SmtpReply reply)
    {
        if (octets.Length <= Longest)
        {
            _count = Math.Min(_count + 1, _heard.Length);
            _heard[_count - 1] = (octets.ToArray(), reply);
        }
    }
}
