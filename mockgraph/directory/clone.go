package directory

import (
	"reflect"
	"slices"
)

// clone copies what could be changed through the copy.
func clone(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case string, bool, int:
		return v
	case []string:
		return slices.Clone(v)
	case []AppRole:
		return cloneRoles(v)
	}
	return deepCopy(reflect.ValueOf(v)).Interface()
}

func cloneRoles(roles []AppRole) []AppRole {
	roles = slices.Clone(roles)
	for i := range roles {
		roles[i].AllowedMemberTypes = slices.Clone(roles[i].AllowedMemberTypes)
	}
	return roles
}

// deepCopy copies slices, maps and pointers, and structs that hold some. Fields nobody outside can reach are shared: nothing
// changes them.
func deepCopy(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			out.Index(i).Set(deepCopy(v.Index(i)))
		}
		return out
	case reflect.Map:
		out := reflect.MakeMapWithSize(v.Type(), v.Len())
		for key, value := range v.Seq2() {
			out.SetMapIndex(key, deepCopy(value))
		}
		return out
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		out := reflect.New(v.Type().Elem())
		out.Elem().Set(deepCopy(v.Elem()))
		return out
	case reflect.Interface:
		if v.IsNil() {
			return v
		}
		return deepCopy(v.Elem())
	case reflect.Struct:
		out := reflect.New(v.Type()).Elem()
		out.Set(v)
		for i := range v.NumField() {
			if out.Field(i).CanSet() {
				out.Field(i).Set(deepCopy(v.Field(i)))
			}
		}
		return out
	default: // the others are values
		return v
	}
}
