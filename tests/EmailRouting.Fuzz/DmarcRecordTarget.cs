using System.Text;
using EmailRouting.MailAuth.Dmarc;

namespace EmailRouting.Fuzz;

/// <summary>A DMARC record is read or is none; what stands behind it in tags that nobody knows changes nothing.</summary>
public sealed class DmarcRecordTarget : FuzzTarget
{
    public override string Name => "dmarc";

    public override void Run(byte[] input, Random random)
    {
        string text = Encoding.UTF8.GetString(input);
        bool isRecord = DmarcRecord.TryParse(text, out DmarcRecord? record);
        Require(!isRecord || DmarcRecord.IsDmarc(text), "only a record of this version is one");
        Require(
            DmarcRecord.TryParse($"{text};x-{random.Next()}=y;;", out DmarcRecord? other) == isRecord ? other == record : text.Length > 4000,
            "unknown tags mean nothing");
    }
}
