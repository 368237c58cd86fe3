package mapping

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
)

// The examples of learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data, section by section, with
// the inputs and outputs the page gives. Where the page gives none (Count, Join, ...), what its description says. One output of the page is
// not what its own expression says: the class [()\s-] has no plus sign, so the second number of example 3 keeps it.
func TestTheFunctionsPage(t *testing.T) {
	t.Parallel()
	hired := func(date string) Attributes { return Attributes{"StatusHireDate": date} }
	john := Attributes{
		"givenName": "John", "surname": "Doe", "mail": "john.doe@contoso.com", "userPrincipalName": "John.Doe@contoso.com",
		"PreferredFirstName": "John", "PreferredLastName": "Smith",
	}
	for _, tt := range []struct {
		section, expression string
		in                  Attributes
		want                any
	}{
		{"Append", `Append([userPrincipalName], ".test")`, john, "John.Doe@contoso.com.test"},
		{"AppRoleAssignmentsComplex", `AppRoleAssignmentsComplex([appRoleAssignments])`, Attributes{"appRoleAssignments": []Role{{Value: "a"}, {Value: "b"}}}, Roles{ComplexRoles, []Role{{Value: "a"}, {Value: "b"}}}},
		{"BitAnd", `BitAnd(&HF, &HF7)`, nil, "7"},
		{"CBool", `CBool([attribute1] = [attribute2])`, Attributes{"attribute1": "x", "attribute2": "x"}, true},
		{"CBool", `CBool([attribute1] = [attribute2])`, Attributes{"attribute1": "x", "attribute2": "y"}, false},
		{"CDate", `CDate([StatusHireDate])`, hired("2020-03-16-07:00"), "3/16/2020 7:00:00 AM"},
		{"CDate", `CDate("2021-06-30+08:00")`, nil, "6/29/2021 4:00:00 PM"},
		{"CDate", `CDate("2009-06-15T01:45:30-07:00")`, nil, "6/15/2009 8:45:30 AM"},
		{"Coalesce", `Coalesce([mail],[userPrincipalName])`, Attributes{"userPrincipalName": "John.Doe@contoso.com"}, "John.Doe@contoso.com"},
		{"ConvertToBase64", `ConvertToBase64("Hello world!")`, nil, "SABlAGwAbABvACAAdwBvAHIAbABkACEA"},
		{"ConvertToUTF8Hex", `ConvertToUTF8Hex("Hello world!")`, nil, "48656C6C6F20776F726C6421"},
		{"Count", `Count([proxyAddresses])`, Attributes{"proxyAddresses": []string{"a", "b", "c"}}, "3"},
		{"CStr", `CStr([dn])`, Attributes{"dn": "cn=Joe,dc=contoso,dc=com"}, "cn=Joe,dc=contoso,dc=com"},
		{"DateAdd", `DateAdd("d", 7, CDate([StatusHireDate]))`, hired("2012-03-16-07:00"), "3/23/2012 7:00:00 AM"},
		{"DateAdd", `DateAdd("d", -10, CDate([StatusHireDate]))`, hired("2012-03-16-07:00"), "3/6/2012 7:00:00 AM"},
		{"DateAdd", `DateAdd("ww", 2, CDate([StatusHireDate]))`, hired("2012-03-16-07:00"), "3/30/2012 7:00:00 AM"},
		{"DateAdd", `DateAdd("m", 10, CDate([StatusHireDate]))`, hired("2012-03-16-07:00"), "1/16/2013 7:00:00 AM"},
		{"DateAdd", `DateAdd("yyyy", 2, CDate([StatusHireDate]))`, hired("2012-03-16-07:00"), "3/16/2014 7:00:00 AM"},
		{"DateDiff", `DateDiff("d", CDate("2021-08-18+08:00"), CDate("2021-08-31+08:00"))`, nil, "13"},
		{"DateDiff", `DateDiff("d", Now(), CDate([StatusHireDate]))`, hired("2012-03-16-07:00"), "-3449"},
		{"DateDiff", `DateDiff("ww", Now(), CDate([StatusHireDate]))`, hired("2012-03-16-07:00"), "-493"},
		{"DateDiff", `DateDiff("m", Now(), CDate([StatusHireDate]))`, hired("2012-03-16-07:00"), "-113"},
		{"DateDiff", `DateDiff("yyyy", Now(), CDate([StatusHireDate]))`, hired("2012-03-16-07:00"), "-9"},
		{"DateDiff", `DateDiff("d", CDate("2021-08-31+08:00"), CDate("2021-08-31+08:00"))`, nil, "0"},
		{"DateDiff", `DateDiff("h", "2021-08-24", "2021-08-25")`, nil, "24"},
		{"DateDiff", `DateDiff("n", "2021-08-24", "2021-08-25")`, nil, "1440"},
		{"DateDiff", `DateDiff("s", "2021-08-24", "2021-08-25")`, nil, "86400"},
		{"DateDiff", `Switch([Active], , "1", IIF(DateDiff("d", Now(), CDate([StatusHireDate])) > 5, "False", "True"), "0", "False")`, Attributes{"Active": "1", "StatusHireDate": "2021-08-31+00:00"}, "True"},
		{"DateDiff", `Switch([Active], , "1", IIF(DateDiff("d", Now(), CDate([StatusHireDate])) > 5, "False", "True"), "0", "False")`, Attributes{"Active": "1", "StatusHireDate": "2021-09-02+00:00"}, "False"},
		{"DateFromNum", `DateFromNum([lastLogonTimestamp])`, Attributes{"lastLogonTimestamp": "129699324000000000"}, "1/1/2012 11:00:00 PM"},
		{"DateFromNum", `DateFromNum(129699324000000000)`, nil, "1/1/2012 11:00:00 PM"},
		{"FormatDateTime", `FormatDateTime([extensionAttribute1], , "yyyyMMddHHmmss.fZ", "yyyy-MM-dd")`, Attributes{"extensionAttribute1": "20150123105347.1Z"}, "2015-01-23"},
		{"IgnoreFlowIfNullOrEmpty", `IgnoreFlowIfNullOrEmpty([department])`, nil, nil},
		{"IgnoreFlowIfNullOrEmpty", `IgnoreFlowIfNullOrEmpty(Switch([prefix], "", "3443", "Dr.", "3444", "Prof.", "3445", "Prof. Dr."))`, Attributes{"prefix": "3444"}, "Prof."},
		{"IgnoreFlowIfNullOrEmpty", `IgnoreFlowIfNullOrEmpty(Switch([prefix], "", "3443", "Dr.", "3444", "Prof.", "3445", "Prof. Dr."))`, Attributes{"prefix": "1"}, nil},
		{"IIF", `IIF([country]="USA",[country],[department])`, Attributes{"country": "USA", "department": "Sales"}, "USA"},
		{"IIF", `IIF([country]="USA",[country],[department])`, Attributes{"country": "UK", "department": "Sales"}, "Sales"},
		{"IIF", `IIF([country]="USA",IIF([state]="CA","True","False"),"False")`, Attributes{"country": "USA", "state": "CA"}, "True"},
		{"IIF", `IIF([country]="USA","True",IIF([state]="CA","True","False"))`, Attributes{"country": "UK", "state": "CA"}, "True"},
		{"IIF", `Switch([country],[country],"","Other")`, nil, "Other"},
		{"IIF", `Switch([country],[country],"","Other")`, Attributes{"country": "UK"}, "UK"},
		{"InStr", `InStr("The quick brown fox","quick")`, nil, "5"},
		{"InStr", `InStr("repEated","e",3,vbBinaryCompare)`, nil, "7"},
		{"IsNull", `IsNull([displayName])`, nil, true},
		{"IsNullorEmpty", `IsNullOrEmpty([displayName])`, Attributes{"displayName": ""}, true},
		{"IsPresent", `Switch(IsPresent([directManager]),[directManager], IsPresent([skiplevelManager]),[skiplevelManager], IsPresent([director]),[director])`, Attributes{"directManager": "m", "skiplevelManager": "s"}, "s"},
		{"IsString", `IsString([displayName])`, Attributes{"displayName": "x"}, true},
		{"Item", `Item([proxyAddresses], 1)`, Attributes{"proxyAddresses": []string{"first", "second"}}, "first"},
		{"Join", `Join(";", [proxyAddresses], [mail])`, Attributes{"proxyAddresses": []string{"a", "b"}, "mail": "c"}, "a;b;c"},
		{"Left", `Left("John Doe", 3)`, nil, "Joh"},
		{"Mid", `Mid([surname], 2, 9)`, john, "oe"},
		{"NormalizeDiacritics", `NormalizeDiacritics([givenName])`, Attributes{"givenName": "Zoë"}, "Zoe"},
		{"Not", `Not("True")`, nil, false},
		{"Now", `Now()`, nil, "8/25/2021 5:41:18 PM"},
		{"NumFromDate", `NumFromDate(Join("", FormatDateTime([ContractEndDate], ,"yyyy-MM-ddzzz", "yyyy-MM-dd"), " 23:59:59-08:00"))`, Attributes{"ContractEndDate": "2020-12-31-08:00"}, "132539615990000000"},
		{"NumFromDate", `NumFromDate(Join("",FormatDateTime([endDate], ,"M/d/yyyy hh:mm:ss tt","yyyy-MM-dd")," 23:59:59-08:00"))`, Attributes{"endDate": "12/31/2020 11:00:00 AM"}, "132539615990000000"},
		{"PCase", `PCase([firstName])`, Attributes{"firstName": "PABLO GONSALVES (SECOND)"}, "Pablo Gonsalves (Second)"},
		{"PCase", `PCase([lastName]," '-")`, Attributes{"lastName": "PINTO-DE'SILVA"}, "Pinto-De'Silva"},
		{"PCase", `PCase(Join(" ",[firstName],[lastName]))`, Attributes{"firstName": "GREGORY", "lastName": "JAMES"}, "Gregory James"},
		{"Redact", `Redact([userPrincipalName])`, john, "John.Doe@contoso.com"},
		{"RemoveDuplicates", `RemoveDuplicates([proxyAddresses])`, Attributes{"proxyAddresses": []string{"a", "b", "a"}}, []string{"a", "b"}},
		{"Replace, example 1", `Replace([BusinessTitle],"Product Developer", , , "Software Engineer", , )`, Attributes{"BusinessTitle": "Product Developer"}, "Software Engineer"},
		{"Replace, example 2", `Replace([UserID],"<username>", , , , , "<username>@contoso.com")`, Attributes{"UserID": "jsmith"}, "jsmith@contoso.com"},
		{"Replace, example 3", `Replace([telephoneNumber], , "\\+(?<isdCode>\\d* )(?<phoneNumber>\\d{10})", , "${phoneNumber}", , )`, Attributes{"telephoneNumber": "+91 9998887777"}, "9998887777"},
		{"Replace, example 3", `Replace([mobile], , "[()\\s-]+", , "", , )`, Attributes{"mobile": "+1 (999) 888-7777"}, "+19998887777"},
		{"Replace, example 4", `Replace([AddressLineData], ,"(?<streetNumber>^\\d*)","streetNumber", "888", , )`, Attributes{"AddressLineData": "545 Tremont Street"}, "888 Tremont Street"},
		{"Replace, example 4", `Replace([userPrincipalName], , "(?<Suffix>@(.)*)", "Suffix", "", , )`, Attributes{"userPrincipalName": "jsmith@contoso.com"}, "jsmith"},
		{"Replace, example 5", `Replace([telephoneNumber], , "\\+(?<isdCode>\\d* )(?<phoneNumber>\\d{10})", "phoneNumber" , , [mobile], )`, Attributes{"telephoneNumber": "", "mobile": "+91 8887779999"}, "8887779999"},
		{"Replace, example 6", `Replace([mailNickname], , "[a-zA-Z_]*", , "", , )`, Attributes{"mailNickname": "john_doe72"}, "72"},
		{"SingleAppRoleAssignment", `SingleAppRoleAssignment([appRoleAssignments])`, Attributes{"appRoleAssignments": []Role{{Value: "Admin"}}}, Roles{SingleRole, []Role{{Value: "Admin"}}}},
		{"Split", `Split([extensionAttribute5], ",")`, Attributes{"extensionAttribute5": "PermissionSetOne, PermissionSetTwo"}, []string{"PermissionSetOne", "PermissionSetTwo"}},
		{"StripSpaces", `StripSpaces([displayName])`, Attributes{"displayName": "A B C"}, "ABC"},
		{"Switch", `Switch([state], "Australia/Sydney", "NSW", "Australia/Sydney","QLD", "Australia/Brisbane", "SA", "Australia/Adelaide")`, Attributes{"state": "QLD"}, "Australia/Brisbane"},
		{"Switch", `Switch(ToLower([statusFlag]), "0", "true", "1", "false", "0")`, Attributes{"statusFlag": "TRUE"}, "1"},
		{"Switch", `Switch([statusFlag], "Default Value", "true", "1", "", "0")`, nil, "0"},
		{"Switch", `IIF([companyName] = "Company A", "A", IIF([companyName] = "Company B", "B", "External"))`, Attributes{"companyName": "Company B"}, "B"},
		{"ToLower", `ToLower(Join("@", NormalizeDiacritics(StripSpaces(Join(".",  [PreferredFirstName], [PreferredLastName]))), "contoso.com"))`, john, "john.smith@contoso.com"},
		{"ToUpper", `ToUpper([surname], "en-US")`, john, "DOE"},
		{"Word", `Word("The quick brown fox",3," ")`, nil, "brown"},
		{"Word", `Word("This,string!has&many separators",3,",!&#")`, nil, "has"},
		{"Strip known domain name", `Replace([mail], "@contoso.com", , ,"", ,)`, john, "john.doe"},
		{"Generate user alias", `Append(Mid([givenName], 1, 3), Mid([surname], 1, 5))`, john, "JohDoe"},
		{"Add a comma", `Join(", ", "", [surname], [givenName])`, john, "Doe, John"},
		{"Generate an ID", `Join("", 1000, Replace(ConvertToUTF8Hex([objectId]), , "[a-zA-Z_]*", , "", , ))`, Attributes{"objectId": "00aa"}, "100030306161"},
		{"Graph: parseExpression", `Replace([preferredLanguage], "-", , , "_", ,  )`, Attributes{"preferredLanguage": "EN-US"}, "EN_US"},
		{"Graph: configure with custom target attributes", `Not([IsSoftDeleted])`, Attributes{"IsSoftDeleted": "False"}, true},
		{"Graph: functions", `DefaultDomain()`, nil, "contoso.example"},
		{"Graph: functions", `AppRoleAssignments([appRoleAssignments])`, Attributes{"appRoleAssignments": []Role{{Value: "Admin"}, {DisplayName: "Reader"}}}, []string{"Admin", "Reader"}},
		{"Graph: functions", `IsNothing([mail])`, nil, true},
		{"Graph: functions", `Prepend("x-", [surname])`, john, "x-Doe"},
	} {
		t.Run(tt.section+"/"+tt.expression, func(t *testing.T) {
			t.Parallel()
			env := Environment{Clock: clockwork.NewFakeClockAt(time.Date(2021, 8, 25, 17, 41, 18, 0, time.UTC)), DefaultDomain: "contoso.example"}
			e, err := Parse(tt.expression)
			if err != nil {
				t.Fatal(err)
			}
			got, err := env.Evaluate(e, tt.in)
			if err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %s, %v, want %s", describeAny(got), err, describeAny(tt.want))
			}
			tree, err := FromSource(withoutText(e.Source()))
			if err != nil || tree.String() != e.String() && !sameWithoutBlanks(tree, e) {
				t.Errorf("its tree reads as %s, %v", tree, err)
			}
		})
	}
}

// sameWithoutBlanks forgives the empty arguments at the end, which have no parameter in the tree, and quotes around numbers.
func sameWithoutBlanks(a, b Expression) bool {
	trim := func(e Expression) string { return strings.NewReplacer(", ", "", ",", "", `"`, "").Replace(e.String()) }
	return trim(a) == trim(b)
}

// Every function of the page's list has an example above; those whose value is random are tested in random_test.go.
func TestEveryFunctionOfThePageIsBuilt(t *testing.T) {
	t.Parallel()
	const page = `Append AppRoleAssignmentsComplex BitAnd CBool CDate Coalesce ConvertToBase64 ConvertToUTF8Hex Count CStr DateAdd DateDiff
		DateFromNum FormatDateTime Guid IgnoreFlowIfNullOrEmpty IIF InStr IsNull IsNullOrEmpty IsPresent IsString Item Join Left Mid
		NormalizeDiacritics Not Now NumFromDate PCase RandomString Redact RemoveDuplicates Replace SelectUniqueValue SingleAppRoleAssignment
		Split StripSpaces Switch ToLower ToUpper Word`
	const older = `AppRoleAssignments AssertiveAppRoleAssignmentsComplex DefaultDomain IsNothing Prepend`
	for name := range strings.FieldsSeq(page + " " + older) {
		if functions[name] == nil {
			t.Errorf("%s is not built", name)
		}
	}
	if got, want := len(Functions()), len(strings.Fields(page+" "+older)); got != want {
		t.Errorf("%d functions, want %d", got, want)
	}
}

// The page's examples of what does not work in the condition of IIF.
func TestTheFunctionsPageOnWhatIIFCannotDo(t *testing.T) {
	t.Parallel()
	for expression, parses := range map[string]bool{
		`IIF([country]="","Other",[country])`:             true, // it fails for the users without a country
		`IIF(IsNullOrEmpty([country]),"Other",[country])`: false,
		`IIF(IsPresent([country]),[country],"Other")`:     false,
	} {
		e, err := Parse(expression)
		if (err == nil) != parses {
			t.Errorf("%s: %v", expression, err)
			continue
		}
		if parses {
			_, err = e.Evaluate(Attributes{})
		}
		if wrong, ok := errors.AsType[*ExpressionError](err); !ok || wrong.Function != "IIF" || wrong.Argument != 1 {
			t.Errorf("%s: got %v", expression, err)
		}
	}
}
