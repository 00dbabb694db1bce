using Hashgate.Core.Downloads;

namespace Hashgate.Core.Tests.Downloads;

public sealed class ClientToolTests
{
    [Theory]
    [InlineData("""pip/23.2.1 {"ci":true,"cpu":"x86_64"}""", "pip", "23.2.1", true)]
    [InlineData("""pip/23.2.1 {"ci":null,"cpu":"x86_64"}""", "pip", "23.2.1", false)]
    [InlineData("""uv/0.5.1 {"installer":{"name":"uv"},"ci": true}""", "uv", "0.5.1", true)]
    [InlineData("""pip/23.2.1 {"ci":true,"cpu":"x86""", "pip", "23.2.1", true)]
    [InlineData("poetry/1.8.3 CPython/3.11.2", "poetry", "1.8.3", false)]
    [InlineData("Mozilla/5.0 (X11; Linux)", "Mozilla", "5.0", false)]
    [InlineData("curl", "curl", null, false)]
    [InlineData("curl/\u202e", "curl", null, false)]
    public void Tool_version_and_ci_are_read(string agent, string name, string? version, bool isCi) =>
        Assert.Equal(new ClientTool(name, version, isCi), ClientTool.Of(agent));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("{\"ci\":true}")]
    [InlineData("\u202eevil/1")]
    [InlineData("a-name-that-nobody-would-ever-need-for-a-tool/1")]
    public void No_tool_is_made_up(string? agent) => Assert.Null(ClientTool.Of(agent));
}
