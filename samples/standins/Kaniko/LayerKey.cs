using System.Security.Cryptography;
using System.Text;

namespace StandIns.Kaniko;

/// <summary>Sums up all that a layer comes from: the base's digest, and each instruction and file since.</summary>
/// <param name="Text">A hash, as hexadecimal digits; the base's digest at first.</param>
internal readonly record struct LayerKey(string Text)
{
    /// <summary>Returns the key after an instruction.</summary>
    public LayerKey Then(string text) => Then(Encoding.UTF8.GetBytes(text));

    /// <summary>Returns the key after the content of a file.</summary>
    public LayerKey Then(byte[] content) =>
        new(Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes(Text), 0, .. content])));

    public override string ToString() => Text;
}
