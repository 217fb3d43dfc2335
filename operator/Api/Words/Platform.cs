using System.Text.Json.Serialization;

namespace GemmaOperator.Api.Words;

/// <summary>Names the platforms that images can be built for.</summary>
internal enum Platform
{
    [JsonStringEnumMemberName("linux/amd64")]
    LinuxAmd64,

    [JsonStringEnumMemberName("linux/arm64")]
    LinuxArm64,
}
