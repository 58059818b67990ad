using System.Text;

namespace EmailRouting.Activity;

/// <summary>What was put in front of a message, for the record: the names of its fields.</summary>
internal static class TraceNames
{
    /// <summary>From the top, separated by a space; null where there are none.</summary>
    /// <param name="trace">Whole fields.</param>
    public static string? Of(ReadOnlySpan<byte> trace)
    {
        if (trace.IsEmpty)
        {
            return null;
        }

        var names = new StringBuilder();
        while (!trace.IsEmpty)
        {
            int end = trace.IndexOf((byte)'\n') is >= 0 and int line ? line + 1 : trace.Length;
            if (trace[0] is not ((byte)' ' or (byte)'\t') && trace[..end].IndexOf((byte)':') is > 0 and int colon)
            {
                names.Append(names.Length == 0 ? string.Empty : " ").Append(Encoding.ASCII.GetString(trace[..colon]));
            }

            trace = trace[end..];
        }

        return names.ToString();
    }
}
