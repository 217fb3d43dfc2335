using System.Runtime.InteropServices;

namespace GemmaInference.Torch;

/// <summary>Names an operator as the dispatcher knows it; made once each, since the names stay in memory.</summary>
internal sealed unsafe class Operator(string name, string overload = "")
{
    /// <summary>Gets what messages call it.</summary>
    public string Name { get; } = overload.Length == 0 ? name : $"{name}.{overload}";

    public byte* NameBytes { get; } = (byte*)Marshal.StringToCoTaskMemUTF8(name);

    public byte* OverloadBytes { get; } = (byte*)Marshal.StringToCoTaskMemUTF8(overload);
}
