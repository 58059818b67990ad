using System.Text;
using EmailRouting.Web.Queue;
using Xunit;

namespace EmailRouting.Web.Tests.Queue;

public sealed class RawTextTests
{
    [Fact]
    public async Task Text_in_UTF8_is_shown_as_it_is_with_its_line_ends()
    {
        RawText raw = await ReadAsync("Subject: Grüße\r\n\r\n\t日本\r\n"u8.ToArray());

        Assert.Equal("Subject: Grüße\r\n\r\n\t日本\r\n", raw.Text);
        Assert.False(raw.IsCut);
    }

    [Fact]
    public async Task Other_octets_are_shown_one_by_one() => Assert.Equal("Grüße", (await ReadAsync(Encoding.Latin1.GetBytes("Grüße"))).Text);

    [Fact]
    public async Task Control_characters_are_taken_out() => Assert.Equal("a�[2Jb�c", (await ReadAsync("a\e[2Jb\0c"u8.ToArray())).Text);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_long_message_is_cut_between_characters(int shift)
    {
        RawText raw = await ReadAsync(Encoding.UTF8.GetBytes(new string('x', shift) + new string('日', RawText.Most)));

        Assert.True(raw.IsCut);
        Assert.Equal(shift + 3L * RawText.Most, raw.Length);
        Assert.DoesNotContain('�', raw.Text);
        Assert.All(raw.Text[shift..], c => Assert.Equal('日', c));
        Assert.InRange(raw.Text.Length, RawText.Most / 3 - 2, RawText.Most / 3 + 2);
    }

    private static async Task<RawText> ReadAsync(byte[] octets) => await RawText.ReadAsync(new MemoryStream(octets), TestContext.Current.CancellationToken);
}
