using System.Globalization;
using System.Text;

namespace EmailRouting.Fuzz;

/// <summary>Inputs to begin from: one on each line, in UTF-8, with <c>\r \n \0 \\</c> and <c>\xNN</c> for bytes that text cannot hold.</summary>
public static class SeedFile
{
    public static IReadOnlyList<byte[]> Read(string target) =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Seeds", target + ".txt")).Select(Unescape)];

    private static byte[] Unescape(string line)
    {
        var bytes = new List<byte>();
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] != '\\')
            {
                int length = char.IsHighSurrogate(line[i]) ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(line.Substring(i, length)));
                i += length - 1;
                continue;
            }

            i++;
            switch (line[i])
            {
                case 'r': bytes.Add((byte)'\r'); break;
                case 'n': bytes.Add((byte)'\n'); break;
                case '0': bytes.Add(0); break;
                case 'x':
                    bytes.Add(byte.Parse(line.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                    i += 2;
                    break;
                default: bytes.Add((byte)line[i]); break;
            }
        }

        return [.. bytes];
    }
}
