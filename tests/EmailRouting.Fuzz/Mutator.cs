namespace EmailRouting.Fuzz;

/// <summary>Makes inputs from seeds: bytes changed, pieces cut, doubled and taken over from another seed.</summary>
public sealed class Mutator(IReadOnlyList<byte[]> seeds, Random random)
{
    // Where protocols break: their own signs, and the bytes that look like them.
    private static readonly byte[] Signs = [.. "\r\n\0.<>@\"\\ :;,=+-[]()\t"u8, 0x7F, 0x80, 0xC3, 0xED, 0xFF];

    public byte[] Next()
    {
        var input = new List<byte>(Seed());
        for (int changes = random.Next(1, 6); changes > 0; changes--)
        {
            Change(input);
        }

        return [.. input];
    }

    private void Change(List<byte> input)
    {
        int at = random.Next(input.Count + 1);
        int length = random.Next(Math.Min(input.Count - at, 16) + 1);
        switch (random.Next(7))
        {
            case 0:
                input.Insert(at, Signs[random.Next(Signs.Length)]);
                break;
            case 1:
                input.Insert(at, (byte)random.Next(256));
                break;
            case 2 when at < input.Count:
                input[at] = Signs[random.Next(Signs.Length)];
                break;
            case 3 when at < input.Count:
                input[at] ^= (byte)(1 << random.Next(8));
                break;
            case 4:
                input.RemoveRange(at, length);
                break;
            case 5:
                input.InsertRange(at, input.GetRange(at, length));
                break;
            default:
                byte[] other = Seed();
                int from = random.Next(other.Length + 1);
                input.InsertRange(at, other[from..random.Next(from, other.Length + 1)]);
                break;
        }
    }

    private byte[] Seed() => seeds[random.Next(seeds.Count)];
}
