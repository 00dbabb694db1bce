using Hashgate.Core.Downloads;

namespace Hashgate.Core.Tests.Downloads;

public sealed class ClientToolTests
{
    [Theory]
    [InlineData("""pip/23.2.1 {"ci":true,"cpu":"x86_64","distro":{"name":"Debian GNU/Linux","version":"12"},"python":"3.12.1"}""", "pip", "23.2.1", "3.12.1", "Debian GNU/Linux 12", true)]
    [InlineData("""pip/23.2.1 {"ci":null,"python":"3.12.1","system":{"name":"Linux","release":"6.1"}}""", "pip", "23.2.1", "3.12.1", "Linux 6.1", false)]
    [InlineData("""uv/0.5.1 {"installer":{"name":"uv"},"ci": true}""", "uv", "0.5.1", null, null, true)]
    [InlineData("""pip/23.2.1 {"ci":true,"cpu":"x86""", "pip", "23.2.1", null, null, true)]
    [InlineData("poetry/1.8.3 CPython/3.11.2 Linux/6.1", "poetry", "1.8.3", "3.11.2", "Linux", null)]
    [InlineData("curl", "curl", null, null, null, null)]
    [InlineData("curl/", "curl", null, null, null, null)]
    public void Tool_python_system_and_ci_are_read(string agent, string name, string? version, string? python, string? system, bool? isCi) =>
        Assert.Equal(new ClientTool(name, version, python, system, isCi), ClientTool.Of(agent));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("{\"ci\":true}")]
    [InlineData("/1.0")]
    public void No_tool_is_made_up(string? agent) => Assert.Null(ClientTool.Of(agent));

    [Fact]
    public void Tool_is_told_with_its_version() => Assert.Equal(("pip 23.2.1", "curl"), (ClientTool.Of("pip/23.2.1")!.ToString(), ClientTool.Of("curl")!.ToString()));
}
