namespace LocalCluster.Protobuf;

/// <summary>Describes a field of a message.</summary>
/// <param name="Number">Its number on the wire.</param>
/// <param name="Name">Its name in JSON; <c>&lt;</c> for one whose own fields stand in its parent.</param>
/// <param name="Type">A scalar, or a message's name.</param>
/// <param name="IsList">Whether it holds many.</param>
/// <param name="IsMap">Whether it holds many by name.</param>
/// <param name="KeepsNothing">Whether zero, false or an empty text is written in JSON.</param>
internal sealed record MessageField(int Number, string Name, string Type, bool IsList, bool IsMap, bool KeepsNothing)
{
    public bool IsInlined => Name == "<";
}
