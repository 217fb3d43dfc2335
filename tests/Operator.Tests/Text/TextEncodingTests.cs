using System.Text;
using GemmaOperator.Text;

namespace Operator.Tests.Text;

internal sealed class TextEncodingTests
{
    private static readonly TestCaseData[] Texts =
    [
        new((byte[])[.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("numpy")], "UTF-16"),
        new((byte[])[.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes("a")], "UTF-16"),
        new(Encoding.Unicode.GetBytes("numpy==1.0"), "UTF-16"),
        new(Encoding.BigEndianUnicode.GetBytes("numpy==1.0"), "UTF-16"),
        new((byte[])[.. Encoding.UTF32.GetPreamble(), .. Encoding.UTF32.GetBytes("numpy")], "UTF-32"),
        new(Encoding.Latin1.GetBytes("# für"), "not in UTF-8"),
        new("numpy"u8.ToArray(), "binaryData"),
        new(Array.Empty<byte>(), "binaryData"),
    ];

    [TestCaseSource(nameof(Texts))]
    public void Standards_the_encoding_of_a_file_that_is_no_text_is_named(byte[] bytes, string says) =>
        Assert.That(TextEncoding.NameOf(bytes), Does.Contain(says));
}
