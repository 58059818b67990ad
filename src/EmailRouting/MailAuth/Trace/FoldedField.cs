using System.Text;

namespace EmailRouting.MailAuth.Trace;

/// <summary>Puts the words of a field into lines.</summary>
internal sealed class FoldedField
{
    // RFC 5322 §2.1.1 recommends 78; a single word may be longer.
    private const int FoldAt = 78;

    private readonly StringBuilder _text = new();
    private int _column;

    /// <param name="column">Where the first word begins.</param>
    public FoldedField(int column) => _column = column;

    /// <summary>Adds a word behind a space, or on the next line where it does not fit.</summary>
    public FoldedField Add(string word)
    {
        if (_text.Length > 0)
        {
            if (_column + 1 + word.Length > FoldAt)
            {
                return AddLine(word);
            }

            _text.Append(' ');
            _column++;
        }

        _text.Append(word);
        _column += word.Length;
        return this;
    }

    /// <summary>Adds a word at the beginning of a line.</summary>
    public FoldedField AddLine(string word)
    {
        _text.Append("\r\n\t").Append(word);
        _column = 8 + word.Length;
        return this;
    }

    /// <summary>Adds a sign to the last word.</summary>
    public FoldedField Close(char sign)
    {
        _text.Append(sign);
        _column++;
        return this;
    }

    public override string ToString() => _text.ToString();
}
